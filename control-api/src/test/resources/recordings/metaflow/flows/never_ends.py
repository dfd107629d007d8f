"""A flow that fails before its last step."""

from metaflow import FlowSpec, step


class NeverEnds(FlowSpec):
    @step
    def start(self):
        self.rows = 1 // len([])
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    NeverEnds()

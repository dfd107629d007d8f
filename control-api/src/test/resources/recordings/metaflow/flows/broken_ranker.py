"""The flow of train_ranker.py, as somebody broke it: its last step begins and fails."""

from metaflow import FlowSpec, step


class TrainRanker(FlowSpec):
    @step
    def start(self):
        self.next(self.end)

    @step
    def end(self):
        raise ValueError("no rank")


if __name__ == "__main__":
    TrainRanker()

"""A flow as users write them: parameters, a branch, a loop over parts, and an end."""

from metaflow import FlowSpec, Parameter, step, trigger_on_finish


@trigger_on_finish(flow="BuildFeatures")
class TrainRanker(FlowSpec):
    depth = Parameter("depth", default=6, type=int)

    @step
    def start(self):
        self.parts = [1, 2]
        self.next(self.load, self.check)

    @step
    def load(self):
        self.next(self.fit, foreach="parts")

    @step
    def fit(self):
        self.score = self.input * self.depth
        self.next(self.gather)

    @step
    def gather(self, inputs):
        self.scores = [part.score for part in inputs]
        self.next(self.compare)

    @step
    def check(self):
        self.rows = 10
        self.next(self.compare)

    @step
    def compare(self, inputs):
        self.model_uri = "s3://models/ranker/" + str(sum(inputs.gather.scores))
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    TrainRanker()

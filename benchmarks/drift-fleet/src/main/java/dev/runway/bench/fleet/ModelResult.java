package dev.runway.bench.fleet;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What became of a model, by rule. */
record ModelResult(
    ModelPlan model,
    @Nullable Drift truth,
    Map<Rule, Alarms> alarms,
    long windows,
    long judgedWindows,
    long predictions) {}

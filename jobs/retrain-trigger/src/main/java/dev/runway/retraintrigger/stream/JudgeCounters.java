package dev.runway.retraintrigger.stream;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** What {@link JudgeModelsOperator} counts; its own doc says what each is. */
final class JudgeCounters {
  final Counter readings;
  final Counter early;
  final Counter ahead;
  final Counter unknown;
  final Counter judged;
  final Counter decisions;
  final Counter commands;

  JudgeCounters(MetricGroup metrics) {
    readings = metrics.counter("readings");
    early = metrics.counter("early-readings");
    ahead = metrics.counter("ahead-readings");
    unknown = metrics.counter("unknown-readings");
    judged = metrics.counter("judged-models");
    decisions = metrics.counter("decisions");
    commands = metrics.counter("commands");
  }
}

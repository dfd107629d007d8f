package dev.runway.retraintrigger.state;

import dev.runway.retraintrigger.signal.LabelledWindow.Value;

/** A metric over many windows, each of which counts by what it knows. */
public record Pooled(double weight, double weighted, long samples) {

  /** Of one window. */
  public static Pooled of(Value window) {
    double precision = 1 / (window.standardError() * window.standardError());
    return new Pooled(precision, precision * window.value(), window.samples());
  }

  /** Of this and further windows. */
  public Pooled and(Pooled further) {
    return new Pooled(
        weight + further.weight, weighted + further.weighted, samples + further.samples);
  }

  /** The metric over all of them. */
  public Value value() {
    return new Value(weighted / weight, 1 / Math.sqrt(weight), samples);
  }
}

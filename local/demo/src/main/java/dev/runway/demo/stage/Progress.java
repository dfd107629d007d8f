package dev.runway.demo.stage;

import dev.runway.demo.result.ModelProgress;
import java.util.Map;

/**
 * How far a play is.
 *
 * @param sent events sent, of {@code toSend}
 * @param predictions expected predictions by model; empty when nobody knows them beforehand
 * @param models what the stack says so far
 * @param dead refused records so far
 */
public record Progress(
    double seconds,
    int sent,
    int toSend,
    Map<String, Long> predictions,
    Map<String, ModelProgress> models,
    long dead) {

  /** Whether everything is sent. */
  public boolean played() {
    return sent >= toSend;
  }
}

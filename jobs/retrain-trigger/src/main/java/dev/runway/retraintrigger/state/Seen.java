package dev.runway.retraintrigger.state;

/** The newest window of a slot that a judgement has looked at, as it was then. */
public record Seen(long windowEndMillis, long revision) {

  /** Whether another one is of a later window, or is the same one corrected. */
  public boolean isBefore(Seen other) {
    return isOfEarlierWindow(other)
        || (other.windowEndMillis == windowEndMillis && other.revision > revision);
  }

  /** Whether another one is of a later window. */
  public boolean isOfEarlierWindow(Seen other) {
    return other.windowEndMillis > windowEndMillis;
  }
}

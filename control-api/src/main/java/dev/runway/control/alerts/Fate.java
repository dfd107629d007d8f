package dev.runway.control.alerts;

/** What became of something that is wrong. */
enum Fate {
  /** It is an alert now. */
  OPENED,
  /** It is an alert now, and nobody is told while its model is muted. */
  MUTED,
  /** It had been an alert already. */
  SAME
}

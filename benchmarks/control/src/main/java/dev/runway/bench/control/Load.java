package dev.runway.bench.control;

import java.time.Duration;
import java.util.Map;

/** Sends reads of all kinds at a steady rate. */
interface Load {
  /** Sends for so long, and waits for the last answer. */
  Map<Read, Found> run(Duration length) throws Exception;
}

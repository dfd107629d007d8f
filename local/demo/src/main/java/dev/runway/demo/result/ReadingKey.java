package dev.runway.demo.result;

import dev.runway.model.PerformanceReading;

/** What a reading is about; of readings with one key the newest counts. */
record ReadingKey(
    String modelId, String version, String segment, String variant, long windowStartMillis) {

  static ReadingKey of(PerformanceReading reading) {
    return new ReadingKey(
        reading.modelId(),
        reading.modelVersion(),
        reading.segment(),
        reading.variant(),
        reading.windowStartMillis());
  }
}

package dev.runway.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Garbage of the codecs that every event of the main streams passes. */
class AllocationTest {
  private static final int EVENTS = 20_000;

  /** 1,104 bytes when it was written, and 6,864 while the parser kept a set of names. */
  @Test
  void prediction_costsTheSameWithAHundredFeatures() throws MalformedEvent {
    byte[] one = prediction(1);
    byte[] hundred = prediction(100);
    long least = bytesPerEvent(() -> PredictionCodec.read(one));

    assertThat(bytesPerEvent(() -> PredictionCodec.read(hundred)))
        .isLessThan(2_000)
        .isLessThan(least + 500);
  }

  /** 984 bytes when it was written, and 2,832 while its time was read by java.time. */
  @Test
  void outcome_costsLittleMoreThanItsFields() throws MalformedEvent {
    byte[] event =
        utf8(
            "{\"prediction_id\":\"p-1234567890\",\"model_id\":\"late-arrival\","
                + "\"observed_at\":\"2001-03-01T06:15:00Z\",\"label\":true,\"sequence\":3}");

    assertThat(bytesPerEvent(() -> OutcomeCodec.read(event))).isLessThan(1_800);
  }

  private static byte[] prediction(int features) {
    StringBuilder json =
        new StringBuilder(
            "{\"prediction_id\":\"p-1234567890\",\"model_id\":\"late-arrival\","
                + "\"model_version\":\"v1\",\"predicted_at\":983428200000,\"score\":0.25,"
                + "\"features\":{");
    for (int i = 0; i < features; i++) {
      json.append(i == 0 ? "" : ",").append("\"feature_number_").append(i).append("\":").append(i);
    }
    return utf8(json.append("}}").toString());
  }

  private interface Reading {
    Object read() throws MalformedEvent;
  }

  private static long bytesPerEvent(Reading reading) throws MalformedEvent {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long hashes = 0;
    for (int i = 0; i < 2_000; i++) {
      hashes += reading.read().hashCode();
    }
    long before = threads.getThreadAllocatedBytes(thread);
    for (int i = 0; i < EVENTS; i++) {
      hashes += reading.read().hashCode();
    }
    long allocated = threads.getThreadAllocatedBytes(thread) - before;
    assertThat(hashes).isNotZero();
    return allocated / EVENTS;
  }

  private static byte[] utf8(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }
}

package dev.runway.bench.drift;

import dev.runway.bench.drift.FeederMain.Order;
import dev.runway.bench.harness.Broker;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** A feeder process, as whoever has started it sees it. */
final class Feeder implements AutoCloseable {
  private final Process process;
  private final Thread listener;
  private final Map<Integer, Long> onsets = new ConcurrentHashMap<>();
  private final List<Sent> minutes = new CopyOnWriteArrayList<>();
  private volatile long sent;
  private volatile long behindMillis;
  private final AtomicLong worstBehindMillis = new AtomicLong();
  private volatile boolean ended;

  /**
   * What a watched model has sent in a minute.
   *
   * @param times how often it said each of what it may say
   */
  record Sent(int model, long minuteMillis, long[] times) {}

  private Feeder(Process process) {
    this.process = process;
    listener = new Thread(this::listen, "listen-to-feeder");
    listener.start();
  }

  static Feeder start(Broker broker, String topic, Load load, long seed, Order order)
      throws IOException {
    return new Feeder(FeederMain.start(broker.bootstrapServers(), topic, load, seed, order));
  }

  private void listen() {
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        String[] words = line.split(" ", -1);
        switch (words[0]) {
          case FeederMain.ONSET -> onsets.put(Integer.parseInt(words[1]), Long.parseLong(words[2]));
          case FeederMain.SENT -> {
            sent = Long.parseLong(words[1]);
            behindMillis = Long.parseLong(words[2]);
            worstBehindMillis.accumulateAndGet(behindMillis, Math::max);
          }
          case FeederMain.MINUTE_OF ->
              minutes.add(
                  new Sent(
                      Integer.parseInt(words[1]),
                      Long.parseLong(words[2]),
                      Arrays.stream(words[3].split(",", -1)).mapToLong(Long::parseLong).toArray()));
          case FeederMain.END -> {
            sent = Long.parseLong(words[1]);
            ended = true;
          }
          default -> throw new IllegalStateException("the feeder said " + line);
        }
      }
    } catch (IOException e) {
      // It was killed.
    }
  }

  /** Predictions so far, of up to a second ago. */
  long sent() {
    return sent;
  }

  /** How far it was behind its rate in the last second. */
  long behindMillis() {
    return behindMillis;
  }

  /** How far it was behind its rate at most since this was last asked, as far as it has said so. */
  long worstBehindMillis() {
    return worstBehindMillis.getAndSet(0);
  }

  /** When each model that has drifted sent its first drifted prediction. */
  Map<Integer, Long> onsets() {
    return Map.copyOf(onsets);
  }

  /** What watched models have sent; once it has ended. */
  List<Sent> minutes() {
    return List.copyOf(minutes);
  }

  /** Processor time it has used. */
  Duration cpu() {
    return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Waits until it has sent all; gives how many. */
  long awaitEnd() throws InterruptedException {
    int code = process.waitFor();
    listener.join();
    if (code != 0 || !ended) {
      throw new IllegalStateException("the feeder ended with " + code + ", see above");
    }
    return sent;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}

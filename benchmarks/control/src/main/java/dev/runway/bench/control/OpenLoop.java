package dev.runway.bench.control;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends reads at a steady rate, whether or not those before have been answered. A time counts from
 * when the request was due, not from when it was sent: whatever holds one up makes those behind it
 * late, as it would for the people who ask.
 */
final class OpenLoop implements Load {
  private final Api api;
  private final int rate;
  private final Random random;

  /**
   * @param rate requests a second, of all kinds together
   */
  OpenLoop(Api api, int rate, Random random) {
    this.api = api;
    this.rate = rate;
    this.random = random;
  }

  @Override
  public Map<Read, Found> run(Duration length) {
    Map<Read, Found> found = Found.ofEach();
    long requests = length.toMillis() * rate / 1_000;
    long pause = TimeUnit.SECONDS.toNanos(1) / rate;
    Phaser underWay = new Phaser(1);
    long begun = System.nanoTime();
    for (long i = 0; i < requests; i++) {
      long due = begun + i * pause;
      for (long early = due - System.nanoTime(); early > 0; early = due - System.nanoTime()) {
        LockSupport.parkNanos(early);
      }
      Read read = Read.any(random);
      underWay.register();
      send(read, due, Objects.requireNonNull(found.get(read)), underWay);
    }
    underWay.arriveAndAwaitAdvance();
    return found;
  }

  private void send(Read read, long due, Found found, Phaser underWay) {
    HttpRequest request = api.request(read.path(random)).build();
    HttpClient client = api.client();
    // As text: a client that throws the body away would not see that it is cut off.
    var unused =
        client
            .sendAsync(request, HttpResponse.BodyHandlers.ofString())
            .whenComplete(
                (answer, failure) -> {
                  found.took(System.nanoTime() - due);
                  if (failure != null) {
                    found.failed(0, request.uri() + " got no answer: " + failure);
                  } else if (answer.statusCode() != 200) {
                    found.failed(
                        answer.statusCode(),
                        request.uri() + " " + answer.statusCode() + " " + answer.body());
                  }
                  underWay.arriveAndDeregister();
                });
  }
}

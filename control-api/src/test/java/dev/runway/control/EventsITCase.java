package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.runway.testkit.PostgresDatabase;
import dev.runway.testkit.Waits;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EventsITCase {
  private static final Duration LIMIT = Waits.LONG;

  @Order(1)
  @RegisterExtension
  static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @Order(3)
  @RegisterExtension
  static final RunningApi API = new RunningApi(POSTGRES, "127.0.0.1:1", Map.of());

  /** One who listens, until it is closed. */
  private static final class Listener implements AutoCloseable {
    final List<String> lines = new CopyOnWriteArrayList<>();
    final HttpResponse<Stream<String>> response;
    private final Thread thread;

    Listener(String token, String... headers) throws Exception {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(API.address() + "/v1/events"))
              .header("Authorization", "Bearer " + token);
      if (headers.length > 0) {
        request.headers(headers);
      }
      response =
          HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofLines());
      thread =
          new Thread(
              () -> {
                try (Stream<String> body = response.body()) {
                  body.forEach(lines::add);
                } catch (RuntimeException e) {
                  lines.add("broken off");
                }
                lines.add("end");
              });
      thread.start();
    }

    List<String> events() {
      return lines.stream()
          .filter(line -> line.startsWith("event: "))
          .map(line -> line.substring("event: ".length()))
          .toList();
    }

    @Override
    public void close() {
      response.body().close();
    }
  }

  @Test
  void changes_areToldAsTheyHappenAndInTheirOrder() throws Exception {
    try (Listener listener = new Listener(API.token())) {
      assertThat(listener.response.statusCode()).isEqualTo(200);
      assertThat(listener.response.headers().firstValue("Content-Type").orElse(""))
          .startsWith("text/event-stream");
      API.post("/v1/models", Bodies.model("told", "ranking"));
      API.post("/v1/models/told/versions", "{\"version\": \"1\"}");

      await().atMost(LIMIT).until(() -> listener.events().size() >= 2);

      assertThat(listener.events()).containsExactly("model.create", "version.create");
      assertThat(listener.lines)
          .anySatisfy(
              line ->
                  assertThat(line).startsWith("data: {").contains("\"object\":\"version:told/1\""))
          .noneSatisfy(line -> assertThat(line).contains("judging"));
    }
  }

  @Test
  void whoComesBack_missesNothingAndHearsNothingTwice() throws Exception {
    String path = "/v1/events?follow=false";
    API.post("/v1/models", Bodies.model("before", "ranking"));
    List<String> all = ids(API.get(path, "Last-Event-ID", "0"));
    assertThat(all).isNotEmpty().startsWith("1").doesNotHaveDuplicates();
    String last = all.get(all.size() - 1);
    assertThat(ids(API.get(path, "Last-Event-ID", last))).isEmpty();

    API.post("/v1/models", Bodies.model("after", "ranking"));

    assertThat(ids(API.get(path, "Last-Event-ID", last)))
        .containsExactly(Long.toString(Long.parseLong(last) + 1));
    assertThat(API.get(path, "Last-Event-ID", "999999999").status()).isEqualTo(400);
    assertThat(API.get(path, "Last-Event-ID", "-1").status()).isEqualTo(400);
    assertThat(API.get(path, "Last-Event-ID", "1\t2").status()).isEqualTo(400);
    assertThat(API.get(path + "&follow=true").status()).isEqualTo(400);
  }

  @Test
  void tokenForSomeModels_hearsOfTheseAlone() {
    API.post("/v1/models", Bodies.model("seen", "ranking"));
    API.post("/v1/models", Bodies.model("seen-not", "ranking"));
    API.post("/v1/models/seen/versions", "{\"version\": \"1\"}");
    API.post("/v1/policies", Bodies.policy("of-one", "ranking", "seen", "true"));
    API.post(
        "/v1/policies",
        Bodies.policy("of-both", "ranking", "seen", "true")
            .replace("[\"seen\"]", "[\"seen\", \"seen-not\"]"));
    for (String model : List.of("seen", "seen-not")) {
      RunningApi.Reply asked =
          API.post(
              "/v1/models/" + model + "/retrains",
              "{\"model_version\": \"1\", \"reason\": \"x\", \"estimated_cost\": 1}",
              "Idempotency-Key",
              model);
      assertThat(asked.status()).isEqualTo(201);
    }
    String body =
        Bodies.token("narrow", "viewer", "ranking").replaceFirst("\\{", "{\"models\": [\"seen\"],");
    String token = API.post("/v1/tokens", body).body().path("token").asText();

    String heard =
        API.get("/v1/events?follow=false", "Authorization", "Bearer " + token, "Last-Event-ID", "0")
            .http()
            .body();

    assertThat(heard.lines().filter(line -> line.startsWith("event: ")))
        .hasSize(4)
        .startsWith("event: model.create", "event: version.create", "event: policy.create")
        .last()
        .asString()
        .startsWith("event: retrain.");
    assertThat(heard).contains("policy:of-one").doesNotContain("seen-not", "of-both", "token");
  }

  @Test
  void tokenForSomeModels_comesThroughALongLogOfOthers() throws Exception {
    API.post("/v1/models", Bodies.model("rare", "ranking"));
    for (int i = 0; i < 21; i++) {
      POSTGRES.execute(
          "runway_api",
          "SELECT count(audit_append('user:x', 'x.y', 'topic:x', 'r-' || n, '{}'))"
              + " FROM generate_series(1, 1000) AS n");
    }
    API.post("/v1/models/rare/versions", "{\"version\": \"1\"}");
    String body =
        Bodies.token("rarely", "viewer", "ranking").replaceFirst("\\{", "{\"models\": [\"rare\"],");
    String token = API.post("/v1/tokens", body).body().path("token").asText();

    String heard =
        API.get("/v1/events?follow=false", "Authorization", "Bearer " + token, "Last-Event-ID", "0")
            .http()
            .body();

    assertThat(heard.lines().filter(line -> line.startsWith("event: ")))
        .containsExactly("event: model.create", "event: version.create");
  }

  @Test
  void moreThanMayListen_areRefusedAndLaterTaken() throws Exception {
    String token =
        API.post("/v1/tokens", Bodies.token("ears", "viewer", "ranking"))
            .body()
            .path("token")
            .asText();
    List<Listener> all = new ArrayList<>();
    try {
      for (int i = 0; i < 8; i++) {
        all.add(new Listener(token));
        assertThat(all.get(i).response.statusCode()).isEqualTo(200);
      }
      try (Listener more = new Listener(token)) {
        assertThat(more.response.statusCode()).isEqualTo(429);
        assertThat(more.response.headers().firstValue("Retry-After")).isPresent();
      }
      // Listening takes none of the threads that answer.
      assertThat(API.get("/v1/models").status()).isEqualTo(200);
    } finally {
      all.forEach(Listener::close);
    }
    API.post("/v1/models", Bodies.model("felt", "ranking"));
    await()
        .atMost(Waits.LONG)
        .untilAsserted(
            () -> {
              // Whoever hung up is noticed when something is sent.
              API.post("/v1/models/felt/versions", "{\"version\": \"" + System.nanoTime() + "\"}");
              try (Listener again = new Listener(token)) {
                assertThat(again.response.statusCode()).isEqualTo(200);
              }
            });
  }

  @Test
  void serverThatStops_endsItsStreams() throws Exception {
    RunningApi other = new RunningApi(POSTGRES, "127.0.0.1:1", Map.of());
    other.start();
    HttpResponse<Stream<String>> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(other.address() + "/v1/events"))
                    .header("Authorization", "Bearer " + other.token())
                    .build(),
                HttpResponse.BodyHandlers.ofLines());
    long began = System.nanoTime();

    other.stop();

    try (Stream<String> lines = response.body()) {
      assertThat(lines.toList()).first().isEqualTo("retry: 2000");
    }
    System.out.printf(
        "a stopped server ended its streams after %d ms%n",
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
  }

  private static List<String> ids(RunningApi.Reply reply) {
    assertThat(reply.status()).as(reply.http().body()).isEqualTo(200);
    return reply
        .http()
        .body()
        .lines()
        .filter(line -> line.startsWith("id: "))
        .map(line -> line.substring("id: ".length()))
        .toList();
  }
}

package dev.runway.control.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class RecordingTest {
  private static final String LOGIN =
      "{\"username\": \"runway\", \"password\": \"for-recordings\"}";

  /** Whoever asks how it gets on may ask again; whoever starts something twice has a fault. */
  @Test
  void requestThatStartsSomething_isAnsweredOnce() throws Exception {
    Recording recording = new Recording("airflow", "taken-once");

    assertThat(post(recording)).isEqualTo(201);
    assertThat(post(recording)).isEqualTo(500);

    assertThatThrownBy(recording::close)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("/auth/token");
  }

  private static int post(Recording recording) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(recording.address().resolve("/auth/token"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(LOGIN))
                .build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }
}

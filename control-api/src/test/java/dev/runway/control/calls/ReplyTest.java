package dev.runway.control.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplyTest {
  private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

  private static Reply reply(String retryAfter, String body) {
    HttpHeaders headers =
        HttpHeaders.of(Map.of("Retry-After", List.of(retryAfter)), (name, value) -> true);
    return new Reply(503, headers, body.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7|PT7S",
        "0|PT0S",
        "-7|PT0S",
        "999999999|PT15M",
        "99999999999999|PT0S",
        "Thu, 26 Nov 2026 12:00:30 GMT|PT30S",
        "Thu, 26 Nov 2026 11:00:00 GMT|PT0S",
        "Mon, 26 Nov 2029 12:00:30 GMT|PT15M",
        "soon|PT0S"
      })
  void retryAfter_isSecondsOrADate_andNeverForEver(String text, Duration due) {
    assertThat(reply(text, "").retryAfter(NOW)).isEqualTo(due);
  }

  @Test
  void whatIsShown_isOneShortLine() {
    assertThat(reply("", "{\"message\":\"a\\nb\\u001b[31m\"}").shown())
        .isEqualTo("HTTP 503: a b [31m");
    assertThat(reply("", "x".repeat(5_000)).shown()).hasSizeLessThan(320);
    assertThat(reply("", "{\"status\":1,\"status\":2}").json().isMissingNode()).isTrue();
    assertThat(reply("", "{} {}").json().isMissingNode()).isTrue();
    assertThat(reply("", "[".repeat(100_000)).json().isMissingNode()).isTrue();
  }
}

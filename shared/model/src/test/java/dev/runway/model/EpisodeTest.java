package dev.runway.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EpisodeTest {

  @Test
  void episode_isReadableWhereThatIsAnId() {
    assertThat(Episode.of("late-arrival", "v2", 983420000000L))
        .isEqualTo("late-arrival/v2/983420000000");
  }

  /** Versions are any text, and the contract of a command takes an id. */
  @Test
  void episode_ofAVersionThatIsNoId_isOneAllTheSame() {
    Set<String> episodes =
        Set.of(
            Episode.of("m", "v 2", 1),
            Episode.of("m", "vü", 1),
            Episode.of("m", "v".repeat(Limits.MAX_LABEL), 1),
            Episode.of("m", "v".repeat(Limits.MAX_LABEL), 2));

    assertThat(episodes).hasSize(4).allMatch(id -> id.matches("[!-~]{1,128}"));
  }

  @Test
  void staleVersion_isInAnEpisode() {
    String json =
        new String(StalenessCodec.write(Decisions.staleness()), StandardCharsets.UTF_8)
            .replace("\"SUSPENDED\"", "\"STALE\"")
            .replaceAll("\"(suspension|episode)\":\"[^\"]*\",", "");

    MalformedEvent refusal =
        catchThrowableOfType(
            MalformedEvent.class, () -> StalenessCodec.read(json.getBytes(StandardCharsets.UTF_8)));

    assertThat(refusal.reason()).isEqualTo(Reason.MISSING_FIELD);
    assertThat(refusal.field()).isEqualTo("episode");
  }
}

package dev.runway.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CauseIdTest {

  /** Made with another implementation: producers may be written in any language. */
  @Test
  void id_isTheUuidOfVersion5() {
    assertThat(
            CauseId.of(
                "late-arrival",
                "v2",
                "PERFORMANCE",
                "late-arrival/v2/983420000000",
                "1",
                "ROLLBACK",
                "v1"))
        .isEqualTo(UUID.fromString("2f0d4481-056e-5f3f-a3b3-6d1b96d68873"));
    assertThat(CauseId.of("a").version()).isEqualTo(5);
    assertThat(CauseId.of("a").variant()).isEqualTo(2);
  }

  @Test
  void everyPartOfTheCause_makesAnotherId() {
    Set<UUID> ids = new HashSet<>();
    for (String model : new String[] {"m", "m|v1"}) {
      for (String version : new String[] {"v1", "v1|DRIFT", "v2"}) {
        for (RetrainCommand.ReasonClass reason : RetrainCommand.ReasonClass.values()) {
          for (String episode : new String[] {"e", "e|1"}) {
            for (int attempt = 1; attempt <= 2; attempt++) {
              for (RetrainCommand.Action action : RetrainCommand.Action.values()) {
                String target = action == RetrainCommand.Action.RETRAIN ? null : "t";
                ids.add(
                    new RetrainCommand.Cause(
                            model, version, action, reason, episode, attempt, target)
                        .id());
              }
            }
          }
        }
      }
    }

    assertThat(ids).hasSize(2 * 3 * 6 * 2 * 2 * 3);
  }
}

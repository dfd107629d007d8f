package dev.runway.control.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.model.RetrainStatus.State;
import java.math.BigDecimal;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A command that waits for a place or for money.
 *
 * @param state the state it is in now
 * @param byPerson whether a person asked, whom no kill switch stops
 */
record Waiting(
    UUID id,
    String modelId,
    @Nullable String team,
    int tier,
    BigDecimal cost,
    boolean byPerson,
    State state) {

  static Waiting of(ObjectNode row) {
    return new Waiting(
        UUID.fromString(row.path("command_id").asText()),
        row.path("model_id").asText(),
        row.path("team").asText(null),
        row.path("tier").asInt(),
        Budget.amount(row, "estimated_cost"),
        row.path("reason_class").asText().equals("MANUAL"),
        State.valueOf(row.path("state").asText()));
  }
}

package dev.runway.control.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.model.RetrainStatus.State;
import java.math.BigDecimal;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A command that waits for a place or for money.
 *
 * @param cost what its grant reserves, in US dollars
 * @param byPerson whether a person asked, whom no kill switch stops
 * @param state the state it is in now
 * @param back whether it goes back to a version that is there: it trains nothing, so it waits for
 *     its model alone, and for no place and no money
 */
record Waiting(
    UUID id,
    String modelId,
    @Nullable String team,
    int tier,
    BigDecimal cost,
    boolean byPerson,
    State state,
    boolean back) {

  /** One that trains. */
  Waiting(
      UUID id,
      String modelId,
      @Nullable String team,
      int tier,
      BigDecimal cost,
      boolean byPerson,
      State state) {
    this(id, modelId, team, tier, cost, byPerson, state, false);
  }

  static Waiting of(ObjectNode row) {
    return new Waiting(
        UUID.fromString(row.path("command_id").asText()),
        row.path("model_id").asText(),
        row.path("team").asText(null),
        row.path("tier").asInt(),
        Budget.due(row),
        row.path("by_person").asBoolean(),
        State.valueOf(row.path("state").asText()),
        Budget.isBack(row));
  }
}

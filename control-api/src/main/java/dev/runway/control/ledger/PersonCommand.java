package dev.runway.control.ledger;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.http.Call;
import dev.runway.control.http.Problem;
import dev.runway.model.MalformedEvent;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommand.Action;
import dev.runway.model.RetrainCommandCodec;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A command that a person or a machine with a token gives. Its cause is the request: each is an
 * episode of its own.
 */
final class PersonCommand {
  private PersonCommand() {}

  /**
   * The command of a request.
   *
   * @param least what a training is taken to cost if less is said, in US dollars
   * @throws Problem 422 naming the field that jobs would refuse
   */
  static RetrainCommand of(Call call, String modelId, Instant now, double least) {
    Action action = Action.valueOf(call.json().path("action").asText(Action.RETRAIN.name()));
    String target = call.optional("target_version");
    if ((action == Action.ROLLBACK) != (target != null)) {
      throw Problem.invalid("/target_version", "goes with ROLLBACK, and only with it");
    }
    double said = call.json().path("estimated_cost").asDouble();
    RetrainCommand command =
        new RetrainCommand(
            new RetrainCommand.Cause(
                modelId,
                call.text("model_version"),
                action,
                RetrainCommand.ReasonClass.MANUAL,
                "manual/" + UUID.randomUUID(),
                1,
                target),
            new RetrainCommand.Urgency(
                // The registry's own tier counts.
                4, call.json().path("severity").asDouble(1), RetrainCommand.SeverityClass.HIGH, 0),
            RetrainCommand.Mode.valueOf(
                call.json().path("mode").asText(RetrainCommand.Mode.AUTO.name())),
            0,
            0,
            null,
            null,
            0,
            evidence(call),
            action == Action.RETRAIN ? Math.max(said, least) : said,
            now.toEpochMilli(),
            deadline(call));
    try {
      return RetrainCommandCodec.read(RetrainCommandCodec.write(command));
    } catch (MalformedEvent e) {
      throw Problem.invalid(e.field() == null ? "/" : "/" + e.field(), e.detail());
    }
  }

  private static byte[] evidence(Call call) {
    ObjectNode evidence = JsonNodeFactory.instance.objectNode();
    evidence.put("asked_by", call.subject().name()).put("reason", call.text("reason"));
    return evidence.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static long deadline(Call call) {
    @Nullable String text = call.optional("deadline_at");
    try {
      return text == null
          ? RetrainCommand.NEVER
          : OffsetDateTime.parse(text).toInstant().toEpochMilli();
    } catch (DateTimeException e) {
      throw Problem.invalid("/deadline_at", "a time such as 2026-11-26T12:00:00Z is due");
    }
  }
}

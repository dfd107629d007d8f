package dev.runway.retraintrigger.decision;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.drift.staleness.Fusion;
import dev.runway.model.Limits;
import dev.runway.model.RetrainCommand;
import dev.runway.model.SignalPart;
import dev.runway.model.SignalPart.Signal;
import dev.runway.retraintrigger.signal.Observation;
import dev.runway.retraintrigger.signal.SignalBoard;
import dev.runway.retraintrigger.state.VersionFile;
import java.util.List;

/** What a person sees who has to approve a command, as one JSON object. */
final class Evidence {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final byte[] bytes;

  Evidence(
      DecisionInputs inputs,
      VersionFile file,
      SignalBoard board,
      Fusion fused,
      String explanation) {
    Observation drift = board.observation(Signal.DATA_DRIFT);
    List<String> features = drift == null ? List.of() : drift.features();
    byte[] all = write(inputs, file, board, fused, features, explanation);
    this.bytes =
        all.length <= Limits.MAX_EVIDENCE_BYTES
            ? all
            : write(inputs, file, board, fused, List.of(), explanation);
  }

  private static byte[] write(
      DecisionInputs inputs,
      VersionFile file,
      SignalBoard board,
      Fusion fused,
      List<String> features,
      String explanation) {
    try {
      ObjectNode evidence = JSON.createObjectNode();
      evidence.put("explanation", explanation);
      evidence.put("state", file.state.name());
      evidence.put("episode", file.episode);
      evidence.put("window_end", inputs.windowEndMillis());
      Double score = fused.score();
      if (score != null) {
        evidence.put("score", score);
      }
      evidence.put("coverage", fused.coverage());
      JSON.readTree(SignalPart.json(board.parts(), board.missing(), features))
          .properties()
          .forEach(field -> evidence.set(field.getKey(), field.getValue()));
      return JSON.writeValueAsBytes(evidence);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("written by this release, and yet unreadable", e);
    }
  }

  byte[] bytes() {
    return bytes;
  }

  String hash() {
    return RetrainCommand.hash(bytes);
  }
}

package dev.runway.control.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.http.Problem;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.ModelDocumentCodec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** What the jobs are told about a model. The jobs' own reader is the judge of what they take. */
final class ModelMessage {
  /** Fields that the registry has beside the judging. */
  private static final Set<String> OURS =
      Set.of("model_id", "tier", "owner", "team", "versions", "deprecated");

  private ModelMessage() {}

  /**
   * Makes a message.
   *
   * @param judging fields of the document as the user gave them
   * @param versions those that may predict; empty for any
   * @param deprecated those that are to go
   * @throws Problem 422 naming the field that the jobs would refuse
   */
  static byte[] of(
      String modelId,
      long revision,
      int tier,
      String owner,
      String team,
      JsonNode judging,
      List<String> versions,
      List<String> deprecated) {
    ObjectNode json = judging.deepCopy();
    json.put("model_id", modelId);
    json.put("revision", revision);
    json.put("tier", tier);
    json.put("owner", owner);
    json.put("team", team);
    versions.forEach(json.putArray("versions")::add);
    deprecated.forEach(json.putArray("deprecated")::add);
    try {
      ModelDocument document =
          ModelDocumentCodec.read(json.toString().getBytes(StandardCharsets.UTF_8));
      return ModelDocumentCodec.write(document);
    } catch (MalformedEvent e) {
      String field = e.field() == null ? "" : e.field();
      throw Problem.invalid(
          OURS.contains(field) ? "/" + field : "/judging/" + field.replace('.', '/'), e.detail());
    }
  }
}

package dev.runway.demo.loop;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.demo.train.LogisticModel;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Trains the first version of each model, and has a control API know all that there is to know. */
final class LoopCast {
  private final List<LoopModel> models;
  private final ControlClient admin;
  private final Registry registry;
  private final ModelStore store;

  LoopCast(List<LoopModel> models, ControlClient admin, Registry registry, ModelStore store) {
    this.models = models;
    this.admin = admin;
    this.registry = registry;
    this.store = store;
  }

  void register() throws IOException, InterruptedException {
    Map<String, Map<String, Double>> said = new HashMap<>();
    for (LoopModel model : models) {
      admin.post("/v1/models", document(model));
      List<LabelledRow> rows = past(model, said);
      LogisticModel first = Trainer.fit(rows, model.training().penalty());
      Map<String, Double> scores = new HashMap<>();
      for (int i = 0; i < rows.size(); i++) {
        scores.put(model.past().get(i).id(), first.probability(rows.get(i).features()));
      }
      said.put(model.id(), scores);
      URI artefact = store.keep(model.id(), LoopAct.FIRST, first);
      registry.register(
          model.id(),
          LoopAct.FIRST,
          new Registry.Trained(first, artefact),
          null,
          rows,
          Map.of("training_cases", (double) rows.size()));
      registry.promote(model.id(), LoopAct.FIRST, "the first version");
      admin.post("/v1/policies", ControlClient.json(model.policy()));
    }
    for (LoopModel model : models) {
      if (model.upstream() != null) {
        admin.post(
            Registry.path(model.upstream()) + "/consumers",
            ControlClient.object()
                .put("kind", "MODEL")
                .put("name", model.id())
                .put("usage", "PREDICTION"));
      }
    }
  }

  private static List<LabelledRow> past(LoopModel model, Map<String, Map<String, Double>> said) {
    List<LabelledRow> rows = new ArrayList<>();
    for (LoopCase each : model.past()) {
      LoopCase its = each;
      if (model.upstream() != null) {
        Double score = said.getOrDefault(model.upstream(), Map.of()).get(each.id());
        its = each.with(LoopModel.UPSTREAM_SCORE, score == null ? Double.NaN : score);
      }
      rows.add(new LabelledRow(its.atMillis(), its.segment(), its.features(), its.positive()));
    }
    return rows;
  }

  private static ObjectNode document(LoopModel model) {
    ObjectNode body = ControlClient.object();
    body.put("model_id", model.id()).put("owner", "ada").put("team", model.team());
    body.put("tier", model.tier());
    ObjectNode judging = body.putObject("judging");
    judging.put("task", "BINARY").put("label_policy", "EXPLICIT").put("reduction", "LAST");
    judging.put("horizon", model.horizon().toString());
    judging.put("positive_label", model.positiveLabel());
    judging.put("window", TimeLapse.STEP.toString());
    judging.putArray("variants").add(TrafficSplit.CHAMPION_ARM).add(TrafficSplit.CHALLENGER_ARM);
    model.segments().forEach(judging.putArray("segments")::add);
    return body;
  }
}

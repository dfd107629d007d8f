package dev.runway.demo.loop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.demo.drift.DriftStory;
import dev.runway.demo.drift.Training;
import dev.runway.demo.drift.TrainingBaseline;
import dev.runway.demo.drift.TrainingRow;
import dev.runway.demo.train.LogisticModel;
import dev.runway.model.Baseline;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Versions and where they serve, in the registry of a control API. */
final class Registry {
  private static final String ENVIRONMENT = "production";
  private static final String PRIMARY = "PRIMARY";
  private static final String CANARY = "CANARY";

  private final ControlClient api;

  Registry(ControlClient api) {
    this.api = api;
  }

  /**
   * A version that serves.
   *
   * @param deployment that says so
   * @param share of the traffic
   */
  record Live(String version, URI artefact, String deployment, long revision, double share) {}

  /** The version whose answers decide; null when none serves. */
  @Nullable Live live(String modelId) throws IOException, InterruptedException {
    return serving(modelId, PRIMARY);
  }

  /** The version that has a share of the traffic on trial; null without one. */
  @Nullable Live canary(String modelId) throws IOException, InterruptedException {
    return serving(modelId, CANARY);
  }

  private @Nullable Live serving(String modelId, String role)
      throws IOException, InterruptedException {
    for (JsonNode each : api.get(path(modelId) + "/deployments?limit=200").path("items")) {
      if (each.path("role").asText().equals(role) && !each.hasNonNull("ended_at")) {
        String version = each.path("version").asText();
        JsonNode registered = api.get(path(modelId) + "/versions/" + version);
        return new Live(
            version,
            URI.create(registered.path("artefact_uri").asText()),
            each.path("deployment_id").asText(),
            each.path("revision").asLong(),
            each.path("share").asDouble());
      }
    }
    return null;
  }

  /** A name that no version of the model has: the next number. */
  String nextVersion(String modelId) throws IOException, InterruptedException {
    return Integer.toString(
        1 + api.get(path(modelId) + "/versions?limit=200").path("items").size());
  }

  /**
   * Registers a version, and the baseline that its traffic is compared with.
   *
   * @param run that trained it; null for the first one
   * @param rows it has learnt from, in order of time
   */
  void register(
      String modelId,
      String version,
      Trained trained,
      @Nullable String run,
      List<LabelledRow> rows,
      Map<String, Double> metrics)
      throws IOException, InterruptedException {
    Instant from = Instant.ofEpochMilli(rows.get(0).atMillis());
    long until = rows.get(rows.size() - 1).atMillis() + 1;
    ObjectNode body = ControlClient.object();
    body.put("version", version);
    body.put("artefact_uri", trained.artefact().toString());
    if (run != null) {
      body.put("training_run", run);
    }
    body.put("data_start_at", from.toString());
    body.put("data_end_at", Instant.ofEpochMilli(until).toString());
    ObjectNode numbers = body.putObject("metrics");
    metrics.forEach(numbers::put);
    rows.get(0).features().names().forEach(body.putArray("features")::add);
    api.post(path(modelId) + "/versions", body);
    api.post(
        path(modelId) + "/versions/" + version + "/baselines",
        baseline(baseline(modelId, version, trained.model(), rows, until)));
  }

  /** A model and where it is kept. */
  record Trained(LogisticModel model, URI artefact) {}

  private static Baseline baseline(
      String modelId, String version, LogisticModel model, List<LabelledRow> rows, long until) {
    List<TrainingRow> counted = new ArrayList<>();
    for (LabelledRow row : rows) {
      counted.add(
          new TrainingRow(
              row.atMillis(), row.segment(), row.features(), model.probability(row.features())));
    }
    return TrainingBaseline.of(
        DriftStory.none(modelId, TimeLapse.STEP),
        new Training(version, until, counted),
        LoopWatch.WATCH);
  }

  private static ObjectNode baseline(Baseline baseline) throws IOException {
    ObjectNode body = ControlClient.object();
    body.put("profile_id", baseline.profileId());
    body.put("made_at", Instant.ofEpochMilli(baseline.createdAtMillis()).toString());
    body.put("data_start_at", Instant.ofEpochMilli(baseline.dataStartMillis()).toString());
    body.put("data_end_at", Instant.ofEpochMilli(baseline.dataEndMillis()).toString());
    body.set("profile", ControlClient.json(baseline.profile()));
    return body;
  }

  /**
   * Gives a version a share of the traffic, which the one that decides has no more; where it is not
   * taken, that one has it back.
   */
  void openCanary(String modelId, String version, double share)
      throws IOException, InterruptedException {
    share(modelId, 1 - share);
    try {
      deploy(modelId, version, CANARY, share);
    } catch (IOException e) {
      try {
        share(modelId, 1);
      } catch (IOException another) {
        e.addSuppressed(another);
      }
      throw e;
    }
    say(modelId, version, "LIVE");
  }

  /**
   * Ends the trial of a version, which stays registered as rolled back; the other one has all of
   * the traffic again.
   *
   * @param why for the audit log
   */
  void takeBack(String modelId, String why) throws IOException, InterruptedException {
    Live trial = endCanary(modelId, why);
    share(modelId, 1);
    say(modelId, trial.version(), "ROLLED_BACK");
  }

  private Live endCanary(String modelId, String why) throws IOException, InterruptedException {
    Live trial = Objects.requireNonNull(canary(modelId), "no canary of " + modelId);
    end(modelId, trial, why);
    return trial;
  }

  /**
   * Has a version decide from now on, in place of the one that did; the deployment says so. The
   * registry knows one at a time, so the old one ends first: where the new one is not taken, the
   * old one is put back. A canary ends with it, be it of this version or of another one.
   *
   * @param why for the audit log
   */
  void promote(String modelId, String version, String why)
      throws IOException, InterruptedException {
    Live trial = canary(modelId);
    if (trial != null) {
      endCanary(modelId, why);
      if (!trial.version().equals(version)) {
        say(modelId, trial.version(), "ROLLED_BACK");
      }
    }
    Live before = live(modelId);
    if (before != null) {
      end(modelId, before, why);
    }
    try {
      deploy(modelId, version, PRIMARY, 1);
    } catch (IOException e) {
      if (before != null) {
        putBack(modelId, before.version(), e);
      }
      throw e;
    }
    say(modelId, version, "LIVE");
    if (before != null) {
      say(modelId, before.version(), "SUPERSEDED");
    }
  }

  private void putBack(String modelId, String version, IOException why)
      throws InterruptedException {
    try {
      deploy(modelId, version, PRIMARY, 1);
    } catch (IOException e) {
      why.addSuppressed(e);
    }
  }

  private void deploy(String modelId, String version, String role, double share)
      throws IOException, InterruptedException {
    api.post(
        path(modelId) + "/deployments",
        ControlClient.object()
            .put("version", version)
            .put("environment", ENVIRONMENT)
            .put("role", role)
            .put("share", share));
  }

  /** Of the version that decides. */
  private void share(String modelId, double share) throws IOException, InterruptedException {
    Live primary = Objects.requireNonNull(live(modelId), "nothing serves " + modelId);
    api.put(
        path(modelId) + "/deployments/" + primary.deployment(),
        ControlClient.object().put("share", share),
        primary.revision());
  }

  private void end(String modelId, Live deployed, String why)
      throws IOException, InterruptedException {
    api.put(
        path(modelId) + "/deployments/" + deployed.deployment(),
        ControlClient.object().put("share", 0).put("ended", true).put("reason", why),
        deployed.revision());
  }

  private void say(String modelId, String version, String state)
      throws IOException, InterruptedException {
    String path = path(modelId) + "/versions/" + version;
    long revision = api.get(path).path("revision").asLong();
    api.put(path + "/state", ControlClient.object().put("state", state), revision);
  }

  static String path(String modelId) {
    return "/v1/models/" + modelId;
  }
}

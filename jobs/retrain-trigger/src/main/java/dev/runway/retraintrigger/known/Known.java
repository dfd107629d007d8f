package dev.runway.retraintrigger.known;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.model.Baseline;
import dev.runway.model.BaselineCodec;
import dev.runway.model.BaselineTimes;
import dev.runway.model.Control;
import dev.runway.model.ControlCodec;
import dev.runway.model.Dependency;
import dev.runway.model.DependencyCodec;
import dev.runway.model.ExperimentResult;
import dev.runway.model.ExperimentResultCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.ModelDocumentCodec;
import dev.runway.model.PolicyVersion;
import dev.runway.model.PolicyVersionCodec;
import dev.runway.model.Reason;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatusCodec;
import dev.runway.model.Topic;
import dev.runway.retraintrigger.cascade.Graph;
import dev.runway.retraintrigger.policy.PolicySet;
import dev.runway.retraintrigger.signal.ExperimentReading;
import dev.runway.retraintrigger.state.Dossier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Models, baselines, experiments, policies, dependencies, controls and what became of commands, as
 * far as their topics have been read. Of each the highest revision counts; a record without a value
 * takes its key back.
 */
public final class Known {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, ModelDocument> documents = new HashMap<>();

  /**
   * By key of their record, without their profiles: what the topic holds, also of models that are
   * gone. A process that begins anew reads these too, and one may come again.
   */
  private final Map<String, SortedMap<String, Baseline>> baselines = new HashMap<>();

  private final Map<String, SortedMap<String, RetrainStatus>> statuses = new HashMap<>();

  /** By model and key of their record. */
  private final Map<String, SortedMap<String, ExperimentResult>> experiments = new HashMap<>();

  /** Kill switches by key of their record. */
  private final SortedMap<String, Control> switches = new TreeMap<>();

  private final SortedMap<String, Dependency> dependencies = new TreeMap<>();
  private PolicySet policies = PolicySet.UNREAD;

  private final Set<String> changed = new TreeSet<>();
  private List<RetrainStatus> newStatuses = new ArrayList<>();
  private boolean newGraph;

  /**
   * Takes a record.
   *
   * @throws MalformedEvent if it breaks the contract; it then changes nothing
   */
  public void apply(Topic topic, byte @Nullable [] key, byte @Nullable [] value)
      throws MalformedEvent {
    if (key == null) {
      throw new MalformedEvent(Reason.KEY_MISMATCH, null, "the record has no key");
    }
    String name = new String(key, StandardCharsets.UTF_8);
    switch (topic) {
      case MODELS -> model(name, value);
      case BASELINES -> baseline(key, name, value);
      case EXPERIMENTS -> experiment(key, name, value);
      case RETRAIN_STATUS -> status(value);
      case CONTROLS -> control(name, value);
      case POLICIES -> policy(name, value);
      case DEPENDENCIES -> dependency(name, value);
      default -> throw new IllegalArgumentException(topic + " is no topic of what is known");
    }
  }

  /** All that was there at the start has been read: from now on there may be decisions. */
  public void complete() {
    policies = policies.whole();
  }

  private void model(String name, byte @Nullable [] value) throws MalformedEvent {
    if (value == null) {
      documents.remove(name);
    } else {
      ModelDocument document = ModelDocumentCodec.read(value);
      if (!name.equals(document.modelId())) {
        throw new MalformedEvent(
            Reason.KEY_MISMATCH, "model_id", document.modelId() + " came under another key");
      }
      ModelDocument held = documents.get(name);
      if (held != null && document.revision() < held.revision()) {
        throw new MalformedEvent(
            Reason.BAD_VALUE,
            "revision",
            document.revision() + " came after " + held.revision() + " of the same model");
      }
      documents.put(name, document);
    }
    changed.add(name);
  }

  /** Of how many models there are baselines. */
  int modelsWithBaselines() {
    return baselines.size();
  }

  private void baseline(byte[] key, String name, byte @Nullable [] value) throws MalformedEvent {
    if (value == null) {
      // Compaction takes it from a process that begins later, so this one forgets it as well.
      // Dossiers that were told keep it: how long ago a version was trained does not change.
      baselines.values().removeIf(held -> held.remove(name) != null && held.isEmpty());
      return;
    }
    Baseline whole = BaselineCodec.read(value);
    if (!Arrays.equals(key, whole.key())) {
      throw new MalformedEvent(
          Reason.KEY_MISMATCH, "profile_id", whole.profileId() + " came under another key");
    }
    BaselineTimes.requireDataEnd(whole.dataEndMillis(), whole.createdAtMillis());
    baselines
        .computeIfAbsent(whole.modelId(), id -> new TreeMap<>())
        .put(
            name,
            new Baseline(
                whole.modelId(),
                whole.modelVersion(),
                whole.profileId(),
                whole.createdAtMillis(),
                whole.dataStartMillis(),
                whole.dataEndMillis(),
                whole.provisional(),
                new byte[0]));
    changed.add(whole.modelId());
  }

  /**
   * One that is taken back says nothing any more: unlike an age it has not become part of what is.
   */
  private void experiment(byte[] key, String name, byte @Nullable [] value) throws MalformedEvent {
    if (value == null) {
      experiments.values().removeIf(held -> held.remove(name) != null && held.isEmpty());
      return;
    }
    ExperimentResult result = ExperimentResultCodec.read(value);
    if (!Arrays.equals(key, result.key())) {
      throw new MalformedEvent(
          Reason.KEY_MISMATCH, "experiment", result.experiment() + " came under another key");
    }
    SortedMap<String, ExperimentResult> ofModel =
        experiments.computeIfAbsent(result.modelId(), id -> new TreeMap<>());
    ExperimentResult held = ofModel.get(name);
    if (held != null && result.revision() < held.revision()) {
      throw new MalformedEvent(
          Reason.BAD_VALUE,
          "revision",
          result.revision() + " came after " + held.revision() + " of the same comparison");
    }
    ofModel.put(name, result);
  }

  private void status(byte @Nullable [] value) throws MalformedEvent {
    if (value == null) {
      return;
    }
    RetrainStatus status = RetrainStatusCodec.read(value);
    SortedMap<String, RetrainStatus> ofModel =
        statuses.computeIfAbsent(status.modelId(), id -> new TreeMap<>());
    RetrainStatus old = ofModel.get(status.commandId());
    if (old == null || status.revision() > old.revision()) {
      ofModel.put(status.commandId(), status);
      forget(ofModel);
      newStatuses.add(status);
      changed.add(status.modelId());
    }
  }

  /** A dossier has room for no more; those that ended first go first. */
  private static void forget(SortedMap<String, RetrainStatus> ofModel) {
    if (ofModel.size() > Dossier.COMMANDS) {
      ofModel.values().stream()
          .filter(status -> status.state().isFinal())
          .min(Comparator.comparingLong(RetrainStatus::atMillis))
          .ifPresent(oldest -> ofModel.remove(oldest.commandId()));
    }
  }

  private void control(String name, byte @Nullable [] value) throws MalformedEvent {
    if (value == null) {
      // Switches are turned off by a control that says so, and never by silence.
      return;
    }
    Control control = ControlCodec.read(value);
    if (control.action().kind() != Control.Kind.KILL_SWITCH) {
      return;
    }
    switches.merge(name, control, (old, now) -> now.revision() > old.revision() ? now : old);
    if (control.modelId() != null) {
      changed.add(control.modelId());
    }
  }

  private void policy(String name, byte @Nullable [] value) throws MalformedEvent {
    if (value == null) {
      policies = policies.without(name);
      return;
    }
    PolicyVersion version = PolicyVersionCodec.read(value);
    if (!name.equals(new String(version.key(), StandardCharsets.UTF_8))) {
      throw new MalformedEvent(
          Reason.KEY_MISMATCH, "policy", version.policy() + " came under another key");
    }
    try {
      policies =
          policies.with(
              version.policy(),
              new PolicySet.Written(version.version(), JSON.readTree(version.document())));
    } catch (IOException e) {
      throw new MalformedEvent(Reason.BAD_VALUE, "document", "no policy: " + e.getMessage());
    }
  }

  private void dependency(String name, byte @Nullable [] value) throws MalformedEvent {
    newGraph = true;
    if (value == null) {
      dependencies.remove(name);
    } else {
      dependencies.put(name, DependencyCodec.read(value));
    }
  }

  /** The document of a model; null when there is none, or it was taken back. */
  public @Nullable ModelDocument document(String modelId) {
    return documents.get(modelId);
  }

  /** All models that have a document. */
  public Collection<ModelDocument> documents() {
    return documents.values();
  }

  public PolicySet policies() {
    return policies;
  }

  /**
   * Tells a dossier all that is known of its model but baselines.
   *
   * @param usualCooldownMillis of commands that somebody else has sent
   */
  public void tell(Dossier dossier, long usualCooldownMillis) {
    ModelDocument document = documents.get(dossier.modelId);
    if (document != null) {
      dossier.take(document);
    } else if (dossier.facts != null) {
      dossier.retire();
    }
    statuses
        .getOrDefault(dossier.modelId, new TreeMap<>())
        .values()
        .forEach(status -> dossier.take(status, usualCooldownMillis));
    for (Control control : switches.values()) {
      if (dossier.modelId.equals(control.modelId())) {
        dossier.take(control);
      }
    }
  }

  /** Tells a dossier of the baselines of the versions that it has: not of all that ever were. */
  public void tellBaselines(Dossier dossier) {
    for (Baseline baseline : baselines.getOrDefault(dossier.modelId, new TreeMap<>()).values()) {
      if (dossier.versions.containsKey(baseline.modelVersion())) {
        dossier.take(baseline);
      }
    }
  }

  /** Tells a dossier what experiments have found of the versions that it has. */
  public void tellExperiments(Dossier dossier) {
    Map<String, List<ExperimentReading>> byVersion = new HashMap<>();
    for (ExperimentResult result :
        experiments.getOrDefault(dossier.modelId, new TreeMap<>()).values()) {
      ExperimentReading.of(result)
          .ifPresent(
              reading ->
                  byVersion
                      .computeIfAbsent(result.modelVersion(), version -> new ArrayList<>())
                      .add(reading));
    }
    dossier.takeExperiments(byVersion);
  }

  /** Whether commands of the whole fleet are switched off. */
  public boolean isFleetOff(long tickMillis) {
    return switches.values().stream()
        .anyMatch(
            control ->
                control.modelId() == null && control.team() == null && isOff(control, tickMillis));
  }

  /** When a person let commands of the whole fleet leave again last; 0 when nobody has. */
  public long fleetOnAgainMillis() {
    return switches.values().stream()
        .filter(control -> control.modelId() == null && control.team() == null)
        .filter(control -> control.action() == Control.Action.KILL_SWITCH_OFF)
        .mapToLong(Control::atMillis)
        .max()
        .orElse(0);
  }

  /** Models whose team has its commands switched off. */
  public Set<String> ofTeamsThatAreOff(long tickMillis) {
    Set<String> teams = new TreeSet<>();
    for (Control control : switches.values()) {
      if (control.team() != null && isOff(control, tickMillis)) {
        teams.add(control.team());
      }
    }
    Set<String> models = new TreeSet<>();
    if (!teams.isEmpty()) {
      for (ModelDocument document : documents.values()) {
        String team = document.team();
        if (team != null && teams.contains(team)) {
          models.add(document.modelId());
        }
      }
    }
    return models;
  }

  private static boolean isOff(Control control, long tickMillis) {
    return control.action() == Control.Action.KILL_SWITCH_ON
        && tickMillis < control.expiresAtMillis();
  }

  /** Models of which something is known that was not when this was asked last. */
  public Set<String> drainChanged() {
    Set<String> drained = new TreeSet<>(changed);
    changed.clear();
    return drained;
  }

  /** Statuses that were not known when this was asked last, in the order in which they came. */
  public List<RetrainStatus> drainStatuses() {
    List<RetrainStatus> drained = newStatuses;
    newStatuses = new ArrayList<>();
    return drained;
  }

  /** The graph if it has changed since this was asked last; else null. */
  public @Nullable Graph drainGraph() {
    if (!newGraph) {
      return null;
    }
    newGraph = false;
    SortedMap<String, SortedSet<String>> upstream = new TreeMap<>();
    SortedMap<String, SortedSet<String>> sources = new TreeMap<>();
    for (Dependency each : dependencies.values()) {
      String model = each.upstreamModel();
      String source = each.source();
      if (model != null) {
        upstream.computeIfAbsent(each.modelId(), id -> new TreeSet<>()).add(model);
      } else if (source != null) {
        sources.computeIfAbsent(each.modelId(), id -> new TreeSet<>()).add(source);
      }
    }
    return new Graph(upstream, sources);
  }
}

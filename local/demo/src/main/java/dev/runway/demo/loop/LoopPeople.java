package dev.runway.demo.loop;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.model.RetrainStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * What people do in the act: they approve what waits for them, and ask for what they should not.
 */
final class LoopPeople {
  private static final double COST = 50;

  /** Where trainings are made ready; whoever works there may make a mistake. */
  interface Workshop {
    /** Has trainings of these models, and of no others, read their labels the wrong way round. */
    void reverseLabels(Set<String> modelIds) throws IOException;
  }

  private final ControlClient approver;
  private final Workshop workshop;
  private final ModelServer server;
  private final LoopState state;
  private final LoopNews news;
  private final LoopOutcome outcome;
  private final Set<String> approved = new HashSet<>();
  private String reversed = "";

  LoopPeople(
      ControlClient approver,
      Workshop workshop,
      ModelServer server,
      LoopState state,
      LoopNews news,
      LoopOutcome outcome) {
    this.approver = approver;
    this.workshop = workshop;
    this.server = server;
    this.state = state;
    this.news = news;
    this.outcome = outcome;
  }

  /** Approves all commands that wait for it. */
  void approveAll() {
    for (String id : state.open()) {
      RetrainStatus status = state.status(id);
      if (status != null
          && status.state() == RetrainStatus.State.AWAITING_APPROVAL
          && approved.add(id)) {
        try {
          approve(status);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException("interrupted while approving", e);
        }
      }
    }
  }

  private void approve(RetrainStatus status) throws IOException, InterruptedException {
    String path = Registry.path(status.modelId()) + "/retrains/" + status.commandId();
    JsonNode command = approver.get(path);
    news.say(
        status.modelId(),
        String.format(
            Locale.ROOT,
            "the demo, as an approver, reads the evidence (severity %.2f) and approves",
            command.path("severity").asDouble()));
    approver.post(
        path + "/judgement",
        ControlClient.object()
            .put("verdict", "APPROVE")
            .put("evidence_hash", command.path("evidence_hash").asText())
            .put("reason", "it drifts, and no fault of its data was found"));
    outcome.approved.add(status.commandId());
  }

  /** What the decisions would not do: somebody has it trained on the week of the broken feed. */
  void askForHeld(Wait wait) throws IOException, InterruptedException {
    outcome.byHand =
        ask(
            "somebody asks for a training on the week that was held",
            "the feed is in seconds now: learn it so",
            wait);
  }

  /** What no gate can tell that judges by the same labels. */
  void askForReversed(Wait wait) throws IOException, InterruptedException {
    workshop.reverseLabels(Set.of(LoopScenario.FLIGHTS));
    reversed =
        ask(
            "somebody asks for a training, which reads its labels the wrong way round",
            "the feed is in order again",
            wait);
  }

  /** That training has ended, and the mistake is found. */
  void noteReversed() throws IOException {
    workshop.reverseLabels(Set.of());
    RetrainStatus end = state.status(reversed);
    String version = end == null ? null : end.newVersion();
    outcome.reversed = version == null ? "" : version;
  }

  /**
   * By a person, and not by a decision; what becomes of it is no decision's fault.
   *
   * @return the command's id
   */
  private String ask(String what, String reason, Wait wait)
      throws IOException, InterruptedException {
    String model = LoopScenario.FLIGHTS;
    news.say(model, what);
    String command =
        approver
            .post(
                Registry.path(model) + "/retrains",
                ControlClient.object()
                    .put("model_version", server.version(model))
                    .put("reason", reason)
                    .put("estimated_cost", COST))
            .path("command_id")
            .asText();
    wait.until("the ledger's answer", () -> state.status(command) != null);
    return command;
  }
}

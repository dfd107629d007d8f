package dev.runway.demo.loop;

import dev.runway.model.Decision.Verdict;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatus.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What has to happen in the act. Each chapter says what did, whether or not it is what had to.
 *
 * @param happened whether it did
 * @param words what did
 */
record LoopStory(boolean happened, String words) {

  /** Reads the story out of what Runway has said and what people did. */
  static List<LoopStory> of(
      List<LoopModel> models, LoopState state, LoopPlay play, LoopOutcome people) {
    List<LoopStory> story = new ArrayList<>();
    story.add(pays(LoopScenario.STRIKES, 2, state, play));
    story.add(pays(LoopScenario.RAIN, 1, state, play));
    story.add(
        new LoopStory(
            people.approvals > 0,
            "the demo, as an approver, approved "
                + people.approvals
                + " trainings of "
                + LoopScenario.RAIN
                + ", which is of tier 1"));
    story.add(held(models, state));
    story.add(refused(state, people));
    story.add(chain(state, play));
    return story;
  }

  private static LoopStory pays(String model, int least, LoopState state, LoopPlay play) {
    long trained = state.ended(model, State.SUCCEEDED);
    Tally.Sums all = play.tally(model).all();
    return new LoopStory(
        trained >= least && all.with() < all.without(),
        String.format(
            Locale.ROOT,
            "%s was retrained %d times (%d trainings failed or were refused): log loss %.4f in place"
                + " of %.4f",
            model,
            trained,
            state.ended(model, State.FAILED),
            all.with(),
            all.without()));
  }

  private static LoopStory held(List<LoopModel> models, LoopState state) {
    LoopModel flights =
        models.stream().filter(m -> m.id().equals(LoopScenario.FLIGHTS)).findFirst().orElseThrow();
    long from = flights.lapse().act(LoopScenario.SECONDS_FROM);
    long until = flights.lapse().act(LoopScenario.SECONDS_UNTIL);
    long sent =
        state.commands(flights.id()).stream()
            .mapToLong(RetrainCommand::issuedAtMillis)
            .filter(at -> at >= from && at < until)
            .count();
    boolean investigated = state.decided(flights.id(), Verdict.INVESTIGATE_DATA);
    return new LoopStory(
        investigated && sent == 0,
        flights.id()
            + " with its feed in seconds: "
            + (investigated ? "INVESTIGATE_DATA" : "not found to be a fault of the data")
            + ", "
            + sent
            + " commands in that week");
  }

  private static LoopStory refused(LoopState state, LoopOutcome people) {
    RetrainStatus status = people.byHand.isEmpty() ? null : state.status(people.byHand);
    String reason = status == null || status.reason() == null ? "nothing" : status.reason();
    return new LoopStory(
        status != null && status.state() == State.FAILED && reason.contains("canary gate refuses"),
        "the training that somebody asked for, partly on that week: " + reason);
  }

  private static LoopStory chain(LoopState state, LoopPlay play) {
    String upstream = state.attributedTo(TripChain.PRICE);
    long trained = state.ended(TripChain.ETA, State.SUCCEEDED);
    int wave =
        state.commands(TripChain.PRICE).stream().mapToInt(RetrainCommand::wave).max().orElse(0);
    Tally.Sums eta = play.tally(TripChain.ETA).all();
    return new LoopStory(
        TripChain.ETA.equals(upstream) && trained > 0 && wave > 0 && eta.with() < eta.without(),
        TripChain.PRICE
            + (upstream == null
                ? " was never held back for a model upstream"
                : " was held back while " + upstream + " changed")
            + ", which was retrained "
            + trained
            + " times; its own command was "
            + (wave > 0 ? "of wave " + wave : "of no wave"));
  }
}

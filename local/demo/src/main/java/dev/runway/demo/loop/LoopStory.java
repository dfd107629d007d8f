package dev.runway.demo.loop;

import dev.runway.model.Decision.Verdict;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatus.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What has to happen in the act. Each chapter says what did, whether or not it is what had to.
 *
 * @param happened whether it did
 * @param words what did
 */
record LoopStory(boolean happened, String words) {

  /** Reads the story out of what Runway has said and what people did. */
  static List<LoopStory> of(
      List<LoopModel> models,
      LoopState state,
      Function<String, Tally> tallies,
      LoopOutcome people) {
    LoopModel strikes = model(models, LoopScenario.STRIKES);
    LoopModel rain = model(models, LoopScenario.RAIN);
    List<LoopStory> story = new ArrayList<>();
    story.add(pays(strikes, 2, strikes.lapse().actStartMillis(), null, state, tallies));
    story.add(
        pays(
            rain,
            1,
            rain.lapse().act(LoopScenario.NEW_YORK_FROM),
            LoopScenario.NEW_YORK,
            state,
            tallies));
    story.add(approved(rain, state, people));
    story.add(held(model(models, LoopScenario.FLIGHTS), state));
    story.add(refused(state, people));
    story.add(chain(model(models, TripChain.ETA), state, tallies));
    return story;
  }

  private static LoopModel model(List<LoopModel> models, String id) {
    return models.stream().filter(m -> m.id().equals(id)).findFirst().orElseThrow();
  }

  /**
   * It goes stale, is commanded to be retrained and is, and what comes of it answers better than
   * the first version does, from the first case that it answers on.
   *
   * @param sinceMillis when its world begins to change
   * @param segment that counts; null for all
   */
  private static LoopStory pays(
      LoopModel model,
      int least,
      long sinceMillis,
      @Nullable String segment,
      LoopState state,
      Function<String, Tally> tallies) {
    List<LoopState.Repair> repairs = state.repairs(model.id(), sinceMillis);
    Tally.Sums then = sinceRepair(model, repairs, segment, tallies);
    return new LoopStory(
        repairs.size() >= least && then.difference() < 0,
        String.format(
            Locale.ROOT,
            "%s went STALE, was commanded to be retrained and was %d times since %s (%d trainings"
                + " failed or were refused); from the first of them on%s log loss %.4f in place of"
                + " %.4f, %+.4f ± %.4f",
            model.id(),
            repairs.size(),
            model.date(sinceMillis),
            state.ended(model.id(), State.FAILED),
            segment == null ? "" : " in " + segment,
            then.with(),
            then.without(),
            then.difference(),
            then.error()));
  }

  private static Tally.Sums sinceRepair(
      LoopModel model,
      List<LoopState.Repair> repairs,
      @Nullable String segment,
      Function<String, Tally> tallies) {
    Tally tally = tallies.apply(model.id());
    long from = repairs.isEmpty() ? Long.MAX_VALUE : tally.servedFrom(repairs.get(0).version());
    return tally.of(
        each -> each.atMillis() >= from && (segment == null || each.segment().equals(segment)));
  }

  private static LoopStory approved(LoopModel rain, LoopState state, LoopOutcome people) {
    long trained =
        state.repairs(rain.id(), rain.lapse().actStartMillis()).stream()
            .filter(repair -> people.approved.contains(repair.commandId()))
            .count();
    return new LoopStory(
        trained > 0 && trained == state.ended(rain.id(), State.SUCCEEDED),
        "the demo, as an approver, approved "
            + trained
            + " of "
            + state.ended(rain.id(), State.SUCCEEDED)
            + " trainings of "
            + rain.id()
            + ", which is of tier 1");
  }

  private static LoopStory held(LoopModel flights, LoopState state) {
    HeldWindows windows = LoopScenario.heldWindows(flights);
    long investigated =
        windows.ends().stream()
            .filter(end -> state.decided(flights.id(), end, Verdict.INVESTIGATE_DATA))
            .count();
    List<RetrainCommand> sent =
        state.commands(flights.id()).stream()
            .filter(command -> windows.ends().contains(state.decidedBy(command)))
            .toList();
    return new LoopStory(
        investigated == windows.ends().size() && sent.isEmpty(),
        "%s with its feed in seconds: INVESTIGATE_DATA in %d of %d windows, %d commands of them"
            .formatted(flights.id(), investigated, windows.ends().size(), sent.size()));
  }

  private static LoopStory refused(LoopState state, LoopOutcome people) {
    RetrainStatus status = people.byHand.isEmpty() ? null : state.status(people.byHand);
    String reason = status == null || status.reason() == null ? "nothing" : status.reason();
    return new LoopStory(
        status != null && status.state() == State.FAILED && reason.contains("offline gate refuses"),
        "the training on that week that somebody asked for: " + reason);
  }

  private static LoopStory chain(LoopModel eta, LoopState state, Function<String, Tally> tallies) {
    long onset = eta.lapse().actStartMillis() + TripChain.SUBURBS_FROM * TimeLapse.STEP.toMillis();
    LoopState.Attributed held = state.attributed(TripChain.PRICE);
    List<LoopState.Repair> upstream = state.repairs(TripChain.ETA, onset);
    int wave =
        state.repairs(TripChain.PRICE, onset).stream()
            .mapToInt(LoopState.Repair::wave)
            .max()
            .orElse(0);
    Tally.Sums then = sinceRepair(eta, upstream, null, tallies);
    boolean attributed =
        held != null && held.upstream().equals(TripChain.ETA) && held.atMillis() >= onset;
    return new LoopStory(
        attributed && !upstream.isEmpty() && wave > 0 && then.difference() < 0,
        String.format(
            Locale.ROOT,
            "%s %s; that one was retrained %d times after trips to the suburbs began, from then on"
                + " log loss %.4f in place of %.4f; the retrain of %s was %s",
            TripChain.PRICE,
            attributed
                ? "was held back while " + TripChain.ETA + " changed"
                : "was never held back for " + TripChain.ETA,
            upstream.size(),
            then.with(),
            then.without(),
            TripChain.PRICE,
            wave > 0 ? "of wave " + wave : "of no wave"));
  }
}

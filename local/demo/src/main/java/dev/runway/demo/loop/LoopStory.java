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
    story.add(pays(strikes, 2, strikes.lapse().actStartMillis(), null, state, tallies, people));
    story.add(
        pays(
            rain,
            1,
            rain.lapse().act(LoopScenario.NEW_YORK_FROM),
            LoopScenario.NEW_YORK,
            state,
            tallies,
            people));
    story.add(approved(rain, state, people));
    story.add(held(model(models, LoopScenario.FLIGHTS), state));
    story.add(refused(state, people));
    story.add(chain(model(models, TripChain.ETA), state, tallies, people));
    story.add(reversed(people));
    story.add(tried(models, state, people));
    return story;
  }

  private static LoopModel model(List<LoopModel> models, String id) {
    return models.stream().filter(m -> m.id().equals(id)).findFirst().orElseThrow();
  }

  /**
   * It goes stale, is commanded to be retrained and is, and what comes of it takes over after its
   * canary and answers better than the first version does, from the first case that it answers on.
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
      Function<String, Tally> tallies,
      LoopOutcome people) {
    List<LoopState.Repair> repairs = deployed(model, sinceMillis, state, people);
    Tally.Sums then = sinceRepair(model, repairs, segment, tallies);
    return new LoopStory(
        repairs.size() >= least && then.difference() < 0,
        String.format(
            Locale.ROOT,
            "%s went STALE, was commanded to be retrained and was replaced %d times since %s (%d"
                + " trainings failed or were refused); from the first of them on%s log loss %.4f in"
                + " place of %.4f, %+.4f ± %.4f",
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

  /** Repairs of which the version took over. */
  private static List<LoopState.Repair> deployed(
      LoopModel model, long sinceMillis, LoopState state, LoopOutcome people) {
    return state.repairs(model.id(), sinceMillis).stream()
        .filter(repair -> people.isPromoted(model.id(), repair.version()))
        .toList();
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

  private static LoopStory reversed(LoopOutcome people) {
    CanaryTrial trial =
        people.canaries.stream()
            .filter(each -> each.isOf(LoopScenario.FLIGHTS, people.reversed))
            .findFirst()
            .orElse(null);
    boolean back =
        trial != null
            && trial.verdict().equals("TAKE_BACK")
            && trial.decidedBy().equals("TEST")
            && !trial.isOpen();
    return new LoopStory(
        back,
        "%s, trained by a mistake on labels the wrong way round, which its offline gate reads so"
                .formatted(LoopScenario.FLIGHTS)
            + " too: "
            + (trial == null
                ? "never on canary"
                : "canary " + trial.verdict() + ", " + trial.words()));
  }

  /** No version takes over but by the gate. */
  private static LoopStory tried(List<LoopModel> models, LoopState state, LoopOutcome people) {
    long trained = 0;
    long tried = 0;
    long replaced = 0;
    for (LoopModel model : models) {
      for (LoopState.Repair repair : state.repairs(model.id(), model.lapse().actStartMillis())) {
        trained++;
        if (people.canaries.stream().anyMatch(each -> each.isOf(model.id(), repair.version()))) {
          tried++;
        }
        if (people.isPromoted(model.id(), repair.version())) {
          replaced++;
        }
      }
    }
    return new LoopStory(
        replaced > 0 && tried == trained,
        "of %d versions that were trained by command %d went on canary with a share of the traffic,"
                .formatted(trained, tried)
            + " and %d took over by what the canary gate said".formatted(replaced));
  }

  private static LoopStory chain(
      LoopModel eta, LoopState state, Function<String, Tally> tallies, LoopOutcome people) {
    long onset = eta.lapse().actStartMillis() + TripChain.SUBURBS_FROM * TimeLapse.STEP.toMillis();
    LoopState.Attributed held = state.attributed(TripChain.PRICE);
    List<LoopState.Repair> upstream = deployed(eta, onset, state, people);
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

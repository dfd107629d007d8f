package dev.runway.demo.play;

import dev.runway.demo.scenario.PlannedEvent;
import dev.runway.demo.scenario.Script;
import dev.runway.model.Topic;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The demo's script as a tape. */
public final class ScriptTape implements EventTape {
  private final Script script;
  private final Floors floors;

  public ScriptTape(Script script) {
    this.script = script;
    List<PlannedEvent> events = script.events();
    this.floors =
        Floors.of(
            events.size(),
            new Floors.Times() {
              @Override
              public boolean isPrediction(int place) {
                return events.get(place).topic() == Topic.PREDICTIONS;
              }

              @Override
              public long millis(int place) {
                return events.get(place).eventMillis();
              }
            });
  }

  @Override
  public int size() {
    return script.events().size();
  }

  @Override
  public Event at(int place) {
    PlannedEvent event = script.events().get(place);
    return new Event(event.topic(), event.key().getBytes(StandardCharsets.US_ASCII), event.value());
  }

  @Override
  public long floorMillis(Topic topic, int from) {
    return floors.millis(topic, from);
  }

  @Override
  public long endMillis() {
    return script.endMillis();
  }
}

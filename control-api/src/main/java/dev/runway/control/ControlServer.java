package dev.runway.control;

import dev.runway.control.database.Database;
import dev.runway.control.health.Health;
import dev.runway.control.health.KafkaProbe;
import dev.runway.control.http.Answer;
import dev.runway.control.http.Contract;
import dev.runway.control.http.Gate;
import dev.runway.control.http.Handlers;
import dev.runway.control.http.HttpServer;
import dev.runway.control.http.Operation;
import dev.runway.control.options.ControlOptions;

/** The API and its parts, started and stopped in order. */
public final class ControlServer implements AutoCloseable {
  private final Database database;
  private final KafkaProbe kafka;
  private final Health health;
  private final HttpServer http;

  public ControlServer(ControlOptions options) {
    Contract contract = Contract.load();
    database = new Database(options.postgres());
    kafka = new KafkaProbe(options.kafka());
    health = new Health(database, kafka);
    Handlers handlers =
        new Handlers()
            .plain(
                Operation.CONTRACT, call -> Answer.text("application/yaml", contract.text()));
    health.handle(handlers);
    http = new HttpServer(options.http(), contract, handlers, new Gate(database, () -> {}));
  }

  /** Begins to work; it listens when this returns, whether or not database and Kafka are there. */
  public void start() {
    kafka.start();
    http.start();
  }

  /** Where it listens. */
  public String address() {
    return http.address();
  }

  /**
   * Ends in the order in which the parts use each other: no new requests, the ones under way to
   * their end, then what they needed.
   */
  @Override
  public void close() {
    health.stopping();
    http.close();
    kafka.close();
    database.close();
  }
}

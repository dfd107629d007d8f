package dev.runway.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.alerts.AlertList;
import dev.runway.control.alerts.Alerts;
import dev.runway.control.audit.Audit;
import dev.runway.control.audit.AuditHeads;
import dev.runway.control.audit.AuditSeal;
import dev.runway.control.audit.JobAudit;
import dev.runway.control.calls.AddressGuard;
import dev.runway.control.database.Database;
import dev.runway.control.dispatch.Dispatcher;
import dev.runway.control.docs.DocsPage;
import dev.runway.control.erasure.Erasures;
import dev.runway.control.events.EventFeed;
import dev.runway.control.graph.Edges;
import dev.runway.control.graph.Impact;
import dev.runway.control.graph.Imports;
import dev.runway.control.graph.LineageTopic;
import dev.runway.control.graph.Nodes;
import dev.runway.control.graph.RetrainPlan;
import dev.runway.control.health.Health;
import dev.runway.control.health.KafkaProbe;
import dev.runway.control.http.Answer;
import dev.runway.control.http.Contract;
import dev.runway.control.http.Gate;
import dev.runway.control.http.Handlers;
import dev.runway.control.http.HttpServer;
import dev.runway.control.http.Operation;
import dev.runway.control.ledger.Approvals;
import dev.runway.control.ledger.Ledger;
import dev.runway.control.ledger.LedgerRules;
import dev.runway.control.ledger.LimitRoutes;
import dev.runway.control.ledger.QueueRunner;
import dev.runway.control.ledger.RetrainConsumer;
import dev.runway.control.ledger.Retrains;
import dev.runway.control.ledger.Usefulness;
import dev.runway.control.metaflow.MetaflowImport;
import dev.runway.control.metrics.Metrics;
import dev.runway.control.options.ControlOptions;
import dev.runway.control.outbox.OutboxSender;
import dev.runway.control.outbox.TopicRebuild;
import dev.runway.control.policy.Policies;
import dev.runway.control.readings.CanaryGate;
import dev.runway.control.readings.Embeddings;
import dev.runway.control.readings.History;
import dev.runway.control.readings.ModelHealth;
import dev.runway.control.readings.Stability;
import dev.runway.control.registry.Baselines;
import dev.runway.control.registry.Consumers;
import dev.runway.control.registry.Controls;
import dev.runway.control.registry.Deployments;
import dev.runway.control.registry.Models;
import dev.runway.control.registry.Spaces;
import dev.runway.control.registry.Versions;
import dev.runway.control.registry.Views;
import dev.runway.control.scheduler.Scheduler;
import dev.runway.control.scheduler.Schedulers;
import dev.runway.control.security.ApiTokens;
import dev.runway.control.security.Authenticator;
import dev.runway.control.security.DemoToken;
import dev.runway.control.security.Ownership;
import dev.runway.control.security.PersonTokens;
import dev.runway.control.security.RateLimit;
import dev.runway.control.tokens.Tokens;
import dev.runway.control.topics.TickClock;
import dev.runway.control.web.WebPage;
import dev.runway.model.Topic;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The API and its parts, started and stopped in order. */
public final class ControlServer implements AutoCloseable {
  private final Database database;
  private final KafkaProbe kafka;
  private final OutboxSender outbox;
  private final Ledger ledger;
  private final @Nullable TickClock ticks;
  private final RetrainConsumer retrains;
  private final QueueRunner queue;
  private final @Nullable Dispatcher dispatcher;
  private final Alerts alerts;
  private final JobAudit decisions;
  private final MetaflowImport metaflow;
  private final LineageTopic lineage;
  private final Health health;
  private final EventFeed events;
  private final AuditSeal seal;
  private final AuditHeads heads;
  private final Metrics metrics = new Metrics();
  private final HttpServer http;
  private final @Nullable DemoToken demo;

  public ControlServer(ControlOptions options) {
    this(options, PersonTokens.Pace.USUAL);
  }

  /**
   * @param pace how often keys of the issuer are fetched
   */
  ControlServer(ControlOptions options, PersonTokens.Pace pace) {
    AddressGuard.keepNames(longestCall(options));
    Contract contract = Contract.load();
    demo = DemoToken.of(options.demo());
    seal = AuditSeal.of(options.auditKeyFile());
    database = new Database(options.postgres());
    kafka = new KafkaProbe(options.kafka(), groups(options));
    outbox = new OutboxSender(options.postgres(), options.kafka(), options.http().drain());
    ticks = options.retrains().byTicks() ? new TickClock(options.kafka()) : null;
    Clock time = ticks == null ? Clock.systemUTC() : ticks;
    ledger = new Ledger(database, time, LedgerRules.of(options.retrains()), outbox::messagesWait);
    retrains = new RetrainConsumer(options.kafka(), ledger);
    queue = new QueueRunner(ledger);
    dispatcher = dispatcher(options, time);
    alerts = new Alerts(options, database, dispatcher, metrics, outbox::messagesWait);
    decisions = new JobAudit(options.kafka(), database, outbox::messagesWait);
    metaflow = new MetaflowImport(options.metaflow(), database);
    lineage = new LineageTopic(options.lineageTopic(), options.kafka(), database, contract);
    health = new Health(database, kafka, () -> scheduler(options));
    events = new EventFeed(database);
    heads = new AuditHeads(database, seal);
    ControlOptions.Oidc oidc = options.oidc();
    Gate gate =
        new Gate(
            new Authenticator(
                new ApiTokens(database, demo), oidc == null ? null : new PersonTokens(oidc, pace)),
            new RateLimit(options.http().rate(), options.http().burst(), System::nanoTime),
            new Ownership(database),
            database,
            outbox::messagesWait);
    http =
        new HttpServer(
            options.http(), contract, handlers(contract), gate, metrics, WebPage.files(oidc));
  }

  private static Duration longestCall(ControlOptions options) {
    Duration scheduler = options.scheduler().timeout();
    Duration alerts = options.alerts().timeout();
    return scheduler.compareTo(alerts) > 0 ? scheduler : alerts;
  }

  /** Null when commands go nowhere. */
  private @Nullable Dispatcher dispatcher(ControlOptions options, Clock time) {
    Scheduler scheduler = Schedulers.of(options.scheduler());
    return scheduler == null
        ? null
        : new Dispatcher(
            scheduler,
            options.scheduler().pace(),
            database,
            ledger.transitions(),
            state -> {
              outbox.messagesWait();
              if (state.isFinal()) {
                queue.somethingEnded();
              }
            },
            options.http().drain(),
            time);
  }

  /** How it is, as far as this instance knows: only the one that dispatches asks it. */
  private Health.@Nullable Scheduler scheduler(ControlOptions options) {
    return dispatcher == null || !dispatcher.isDispatching()
        ? null
        : new Health.Scheduler(
            options.scheduler().kind().name().toLowerCase(Locale.ROOT),
            dispatcher.schedulerAwaySince());
  }

  /** Groups of this API's own consumers, and what they read. */
  private static Map<String, List<String>> groups(ControlOptions options) {
    ControlOptions.Kafka kafka = options.kafka();
    Map<String, List<String>> groups = new HashMap<>();
    groups.put(RetrainConsumer.group(kafka), List.of(Topic.RETRAINS.in(kafka.namespace())));
    String lineage = options.lineageTopic();
    if (lineage != null) {
      groups.put(LineageTopic.group(kafka), List.of(lineage));
    }
    groups.put(Alerts.group(kafka), Alerts.topics(kafka));
    groups.put(JobAudit.group(kafka), JobAudit.topics(kafka));
    return groups;
  }

  private Handlers handlers(Contract contract) {
    Handlers handlers =
        new Handlers()
            .plain(Operation.CONTRACT, call -> Answer.text("application/yaml", contract.text()));
    DocsPage.handle(handlers, contract);
    health.handle(handlers);
    gauges();
    metrics.handle(handlers);
    events.handle(handlers);
    ModelHealth.handle(handlers);
    History.handle(handlers);
    Stability.handle(handlers);
    CanaryGate.handle(handlers);
    Embeddings.handle(handlers);
    AlertList.handle(handlers);
    Erasures.handle(handlers);
    Tokens.handle(handlers);
    Models.handle(handlers);
    Spaces.handle(handlers);
    Versions.handle(handlers);
    Baselines.handle(handlers);
    Deployments.handle(handlers);
    Consumers.handle(handlers);
    Controls.handle(handlers);
    Views.handle(handlers);
    Retrains.handle(handlers, ledger);
    Approvals.handle(handlers, ledger);
    LimitRoutes.handle(handlers, ledger);
    Usefulness usefulness = new Usefulness(database);
    usefulness.handle(handlers);
    usefulness.tell(metrics);
    Nodes.handle(handlers);
    Edges.handle(handlers);
    Impact.handle(handlers);
    RetrainPlan.handle(handlers);
    Imports.handle(handlers);
    metaflow.handle(handlers);
    Policies.handle(handlers);
    TopicRebuild.handle(handlers);
    Audit.handle(handlers, seal);
    return handlers;
  }

  private void gauges() {
    metrics
        .gauge(
            "outbox_waiting",
            "Messages that wait to be sent, counted up to 10,000.",
            () -> waiting("waiting"))
        .gauge(
            "outbox_oldest_seconds",
            "How long the oldest of them has waited.",
            () -> waiting("oldest_seconds"))
        .gauge("kafka_up", "1 when Kafka answered last.", () -> kafka.isUp() ? 1 : 0)
        .gauge(
            "database_up",
            "1 when the database answered last.",
            () -> health.outbox() == null ? 0 : 1)
        .gauge(
            "scheduler_up",
            "1 when the scheduler answers as it should, or nothing waits for it; of the instance"
                + " that dispatches alone.",
            health::schedulerUp)
        .gauges(
            "consumer_lag",
            "Records that a group has still to take, by the brokers.",
            "group",
            kafka::lags)
        .gauge("listeners", "Who listens to events now.", events::listeners)
        .gauges("pool", "Connections by use, and who waits for one.", "use", database::use);
  }

  private @Nullable Number waiting(String field) {
    ObjectNode outbox = health.outbox();
    return outbox == null ? null : outbox.path(field).asLong();
  }

  /** Begins to work; it listens when this returns, whether or not database and Kafka are there. */
  public void start() {
    kafka.start();
    outbox.start();
    events.start();
    heads.start();
    if (ticks == null) {
      startCommands();
    } else {
      // By the machine's time a command of the past would be over before the first tick is read.
      ticks.start(this::startCommands);
    }
    alerts.start();
    decisions.start();
    metaflow.start();
    lineage.start();
    http.start();
  }

  private void startCommands() {
    retrains.start();
    queue.start();
    if (dispatcher != null) {
      dispatcher.start();
    }
  }

  /** Where it listens. */
  public String address() {
    return http.address();
  }

  /** The token of the demo; null when this is none. */
  public @Nullable String demoToken() {
    return demo == null ? null : demo.text();
  }

  /**
   * Ends in the order in which the parts use each other: no new requests, the ones under way to
   * their end, their messages, then what all of them needed.
   */
  @Override
  public void close() {
    health.stopping();
    events.close();
    heads.close();
    http.close();
    if (ticks != null) {
      // First: it is what starts the others. They can still ask it for the time.
      ticks.close();
    }
    alerts.close();
    decisions.close();
    if (dispatcher != null) {
      dispatcher.close();
    }
    retrains.close();
    queue.close();
    metaflow.close();
    lineage.close();
    outbox.close();
    kafka.close();
    database.close();
  }
}

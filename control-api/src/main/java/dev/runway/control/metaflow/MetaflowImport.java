package dev.runway.control.metaflow;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Database;
import dev.runway.control.database.Refused;
import dev.runway.control.database.Sql;
import dev.runway.control.database.Unavailable;
import dev.runway.control.graph.LineageStore;
import dev.runway.control.http.Answer;
import dev.runway.control.http.Call;
import dev.runway.control.http.Handlers;
import dev.runway.control.http.Operation;
import dev.runway.control.http.Problem;
import dev.runway.control.options.ControlOptions;
import dev.runway.control.outbox.Change;
import dev.runway.control.security.Role;
import dev.runway.control.security.Subject;
import dev.runway.lineage.metaflow.FlowRun;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps up with Metaflow's metadata service. An event only names a flow; what is so is read from
 * the service, again and again as well for events that never came. While the service is away, flows
 * wait, each once.
 */
public final class MetaflowImport implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MetaflowImport.class);
  private static final long FIRST_PAUSE_MILLIS = 1_000;
  private static final long LONGEST_PAUSE_MILLIS = 300_000;
  private static final int MAX_WAITING = 10_000;

  /** The operator who named the service trusts what it says of anybody's models. */
  private static final Subject SUBJECT =
      new Subject("service:metaflow", Set.of(Role.ADMIN), Set.of(), null);

  private final ControlOptions.@Nullable Metaflow options;
  private final Database database;
  private final Set<String> waiting = new LinkedHashSet<>();
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread = new Thread(this::run, "metaflow");
  private volatile boolean stopping;

  /** After the next failure; of the one thread. */
  private long pauseMillis = FIRST_PAUSE_MILLIS;

  /**
   * @param options null when there is no service
   */
  public MetaflowImport(ControlOptions.@Nullable Metaflow options, Database database) {
    this.options = options;
    this.database = database;
    thread.setDaemon(true);
  }

  public void handle(Handlers handlers) {
    handlers.plain(Operation.NOTIFY_METAFLOW, this::notified);
  }

  public void start() {
    if (options != null) {
      thread.start();
    }
  }

  private Answer notified(Call call) {
    if (options == null) {
      throw Problem.conflict("no metadata service is named: set runway.metaflow.url");
    }
    String flow = call.text("flow");
    int behind;
    synchronized (waiting) {
      if (waiting.size() >= MAX_WAITING && !waiting.contains(flow)) {
        throw Problem.unavailable("too many flows wait; the next look at all of them finds it");
      }
      waiting.add(flow);
      behind = waiting.size();
    }
    wake.release();
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("flow", flow);
    body.put("waiting", behind);
    return Answer.accepted(body);
  }

  private void run() {
    ControlOptions.Metaflow named = options;
    if (named == null) {
      return;
    }
    MetaflowService service = new MetaflowService(named);
    long interval = named.interval().toNanos();
    long looked = System.nanoTime() - interval;
    while (!stopping) {
      try {
        if (System.nanoTime() - looked >= interval) {
          await(service.flows());
          looked = System.nanoTime();
        }
        takeUpAll(service);
        pauseMillis = FIRST_PAUSE_MILLIS;
        long left = interval - (System.nanoTime() - looked);
        wake.tryAcquire(Math.max(1, left), TimeUnit.NANOSECONDS);
        wake.drainPermits();
      } catch (IOException | Unavailable e) {
        LOG.warn(
            "lineage of Metaflow waits: {}; next try within {} ms", e.getMessage(), pauseMillis);
        pauseMillis = rest(pauseMillis);
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) { // Without this thread nothing is taken up any more.
        LOG.error("lineage of Metaflow waits", e);
        pauseMillis = rest(pauseMillis);
      }
    }
  }

  /** Gives the next pause, which is longer. */
  private static long rest(long pause) {
    try {
      // Not woken by events: what is away is not back because of them. Between half and all of it:
      // instances that lost it together do not come back together.
      TimeUnit.MILLISECONDS.sleep(pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // The next wait ends at once, and with it the thread.
    }
    return Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
  }

  private void await(Iterable<String> flows) {
    synchronized (waiting) {
      flows.forEach(waiting::add);
    }
  }

  private void takeUpAll(MetaflowService service) throws IOException, InterruptedException {
    for (Optional<String> flow = next(); flow.isPresent() && !stopping; flow = next()) {
      boolean read = false;
      try {
        service.newestFinished(flow.get()).ifPresent(this::takeUp);
        read = true;
      } catch (MetaflowService.NotThere e) {
        LOG.info("{} is not there any more", flow.get());
        read = true;
      } finally {
        if (read) { // The service is there: the next one that fails is the first one again.
          pauseMillis = FIRST_PAUSE_MILLIS;
        } else { // Behind the others: one that cannot be read holds up none of them.
          await(List.of(flow.get()));
        }
      }
    }
  }

  /** The flow that waits longest; out of the queue, so that an event from now on is a new one. */
  private Optional<String> next() {
    synchronized (waiting) {
      Iterator<String> flows = waiting.iterator();
      if (!flows.hasNext()) {
        return Optional.empty();
      }
      String flow = flows.next();
      flows.remove();
      return Optional.of(flow);
    }
  }

  private void takeUp(MetaflowService.TimedRun timed) {
    FlowRun run = timed.run();
    try {
      ObjectNode told =
          database.write(
              sql ->
                  LineageStore.store(
                      new Change(sql, SUBJECT.name(), "metaflow-" + run.flow() + "-" + run.run()),
                      SUBJECT,
                      ordered(sql, timed).lineage()));
      LOG.info("lineage of {}/{}: {}", run.flow(), run.run(), told);
    } catch (Refused e) {
      LOG.warn("lineage of {}/{} is not stored: {}", run.flow(), run.run(), e.getMessage());
    } catch (Unavailable e) {
      throw e;
    } catch (RuntimeException e) { // Its own fault, and the same the next time: passed over.
      LOG.error("lineage of {}/{} is not stored", run.flow(), run.run(), e);
    }
  }

  /**
   * The run with the order of its steps by their times, unless one is known that they agree with: a
   * folder knows better, and what an earlier run has told stays as long as it can be so.
   */
  private static FlowRun ordered(Sql sql, MetaflowService.TimedRun timed) throws SQLException {
    FlowRun run = timed.run();
    if (!timed.times().areKnown()) {
      return run;
    }
    KnownOrder known = KnownOrder.of(sql, run.flow(), run.steps().keySet());
    return timed.times().agreeWith(known.steps())
        ? run
        : run.ordered(timed.times().order(), known.startedBy());
  }

  @Override
  public void close() {
    stopping = true;
    wake.release();
    thread.interrupt();
    try {
      thread.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

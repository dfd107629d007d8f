package dev.runway.control.http;

import dev.runway.control.database.Refused;
import dev.runway.control.database.Unavailable;
import dev.runway.control.security.IssuerAway;
import dev.runway.control.security.Subject;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** From an HTTP request to a call and back: the only place that knows the server's library. */
final class Exchange {
  static final String PROBLEM_JSON = "application/problem+json";
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
  private static final String STARTED = "started-nanos";
  private static final String SUBJECT = "subject";
  private static final String OPERATION = "operation";
  private static final String FILE = "file";

  private final Contract contract;
  private final Handlers handlers;
  private final Gate gate;
  private final RequestMetrics metrics;
  private final Duration bodyTimeout;

  /**
   * @param bodyTimeout how long a body may take to come
   */
  Exchange(
      Contract contract,
      Handlers handlers,
      Gate gate,
      RequestMetrics metrics,
      Duration bodyTimeout) {
    this.contract = contract;
    this.handlers = handlers;
    this.gate = gate;
    this.metrics = metrics;
    this.bodyTimeout = bodyTimeout;
  }

  void begin(Context ctx) {
    String requestId = RequestId.of(ctx.header(RequestId.HEADER));
    ctx.attribute(RequestId.ATTRIBUTE, requestId);
    ctx.attribute(STARTED, System.nanoTime());
    ctx.header(RequestId.HEADER, requestId);
    ctx.header("Cache-Control", "no-store");
    ctx.header("X-Content-Type-Options", "nosniff");
    ctx.header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    MDC.put(RequestId.NAME, requestId);
    if (ctx.req().getMethod().equals("HEAD")) {
      // The library would answer 200 to it without asking any operation.
      throw Problem.method("GET");
    }
    if (ctx.header("X-HTTP-Method-Override") != null) {
      // Whoever guards by method in front of us would see another one.
      throw Problem.parameter("header", "X-HTTP-Method-Override", "is not accepted");
    }
  }

  void answer(Operation operation, Context ctx) throws Exception {
    Contract.Route route = contract.route(operation.id());
    MDC.put(OPERATION, operation.id());
    ctx.attribute(OPERATION, operation);
    Gate.Request request =
        new Gate.Request(
            ctx.header("Authorization"), ctx.ip(), requestId(ctx), RequestReader.path(route, ctx));
    Subject subject = gate.enter(operation, request);
    ctx.attribute(SUBJECT, subject.name());
    String command = request.path().get("command");
    if (command != null) {
      MDC.put(RequestId.COMMAND, command);
    }
    Map<String, String> query = RequestReader.query(route, ctx);
    Map<String, String> headers = RequestReader.headers(route, ctx);
    byte[] bytes = RequestReader.bytes(route, ctx, bodyTimeout);
    Call call =
        new Call(
            operation,
            subject,
            request.requestId(),
            request.path(),
            query,
            headers,
            RequestReader.body(route, ctx, bytes));
    if (handlers.of(operation) instanceof Handlers.Streaming streaming) {
      stream(streaming.open(call), call, request, ctx);
      return;
    }
    Idempotency.Asked asked =
        Idempotency.asked(
            subject.name(), call.header("Idempotency-Key"), route.method(), ctx.path(), bytes);
    write(gate.answer(call, asked, handlers.of(operation)), ctx);
  }

  /** Answers with a file of the page, or that it has not changed. */
  void file(WebFile file, Context ctx) {
    ctx.attribute(FILE, file);
    file.headers().forEach(ctx::header);
    ctx.header("ETag", file.etag());
    if (file.isKnown(ctx.header("If-None-Match"))) {
      ctx.status(304);
      return;
    }
    ctx.contentType(file.contentType());
    ctx.result(file.body());
  }

  /** Lets the server's own thread go: a listener may stay for days. */
  private void stream(Handlers.Stream stream, Call call, Gate.Request request, Context ctx) {
    ctx.status(200);
    ctx.contentType("text/event-stream");
    ctx.header("X-Accel-Buffering", "no"); // A proxy that collects would tell nothing for hours.
    CompletableFuture<Void> ended = new CompletableFuture<>();
    Runnable work =
        () -> {
          MDC.put(RequestId.NAME, call.requestId());
          MDC.put(OPERATION, call.operation().id());
          try {
            stream.send(new ResponseWire(gate, call.operation(), request, ctx.res()));
          } catch (IOException e) {
            LOG.debug("who listened is gone", e);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (RuntimeException e) {
            LOG.warn("a stream failed", e); // Its answer has begun: it can only end.
          } finally {
            ended.complete(null);
          }
        };
    ctx.future(
        () -> {
          Thread thread = new Thread(work, "stream-" + call.requestId());
          thread.setDaemon(true);
          thread.start();
          return ended;
        });
    MDC.clear();
  }

  private static void write(Answer answer, Context ctx) {
    ctx.status(answer.status());
    answer.headers().forEach(ctx::header);
    if (answer.contentType() != null) {
      ctx.contentType(answer.contentType());
    }
    byte[] body = answer.body();
    if (body != null) {
      ctx.result(body);
    }
  }

  void failed(Exception e, Context ctx) {
    Problem problem = problem(e);
    if (problem.status() >= 500) {
      LOG.warn("a request failed", e);
    }
    ctx.status(problem.status());
    problem.headers().forEach(ctx::header);
    ctx.contentType(PROBLEM_JSON);
    ctx.result(problem.json(requestId(ctx)).toString().getBytes(StandardCharsets.UTF_8));
  }

  private static Problem problem(Exception e) {
    if (e instanceof Problem problem) {
      return problem;
    }
    if (e instanceof Unavailable unavailable) {
      return Problem.unavailable(String.valueOf(unavailable.getMessage()));
    }
    if (e instanceof IssuerAway) {
      return Problem.unavailable("whether this token holds cannot be known: its issuer is away");
    }
    if (e instanceof Refused refused) {
      return switch (refused.kind()) {
        case DUPLICATE -> Problem.conflict("there is one already (" + refused.constraint() + ")");
        case DANGLING -> Problem.conflict("it refers to nothing (" + refused.constraint() + ")");
        case VALUE -> Problem.invalid("/", "is not stored (" + refused.constraint() + ")");
      };
    }
    if (e instanceof MethodNotAllowedResponse other) {
      return Problem.method(
          other
              .getDetails()
              .getOrDefault(
                  "availableMethods", other.getDetails().getOrDefault("Available methods", "")));
    }
    if (e instanceof HttpResponseException other) {
      return switch (other.getStatus()) {
        case 404 -> Problem.notFound("there is no such path");
        default ->
            other.getStatus() >= 500
                ? Problem.internal()
                : Problem.http(other.getStatus(), "not accepted");
      };
    }
    return Problem.internal();
  }

  void end(Context ctx) {
    if (ctx.attribute(FILE) != null) {
      MDC.clear();
      return; // The log and the figures are about the API.
    }
    Long started = ctx.attribute(STARTED);
    Operation operation = ctx.attribute(OPERATION);
    if (started != null) {
      metrics.answered(operation, ctx.statusCode(), System.nanoTime() - started);
    }
    if (started != null && !isRoutine(operation, ctx.statusCode()) && LOG.isInfoEnabled()) {
      MDC.put("status", Integer.toString(ctx.statusCode()));
      MDC.put("micros", Long.toString((System.nanoTime() - started) / 1_000));
      String subject = ctx.attribute(SUBJECT);
      MDC.put("subject", subject == null ? "unknown" : subject);
      LOG.info("{} {}", ctx.req().getMethod(), ctx.path());
    }
    MDC.clear();
  }

  /** Balancers and scrapers ask all the time: the log is about what somebody did. */
  private static boolean isRoutine(@Nullable Operation operation, int status) {
    return operation != null && operation.access().isOpen() && status < 400;
  }

  private static String requestId(Context ctx) {
    String requestId = ctx.attribute(RequestId.ATTRIBUTE);
    return requestId == null ? RequestId.of(null) : requestId;
  }
}

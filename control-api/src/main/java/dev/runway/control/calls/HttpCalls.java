package dev.runway.control.calls;

import dev.runway.control.http.RequestId;
import java.io.IOException;
import java.io.Reader;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Requests to somebody else: each has an end, and so may have all that are about one thing
 * together, an answer has a size, and a redirect is not followed, for it would take the headers,
 * and what they hold, elsewhere. The id under which the log has what they are about goes with them.
 */
public final class HttpCalls {
  private final HttpClient client;
  private final Duration timeout;
  private final @Nullable Duration together;
  private final @Nullable Path headersFile;
  private final AddressGuard guard;
  private final long endNanos;

  /**
   * @param timeout for the whole of a request, its answer read
   * @param together for all requests from one {@link #begin} on
   * @param headersFile properties that go with every request, read each time, so that a new secret
   *     needs no restart; null for none
   */
  public HttpCalls(
      Duration timeout, Duration together, @Nullable Path headersFile, AddressGuard guard) {
    this(client(timeout), timeout, together, headersFile, guard, end(together));
  }

  /** As above, but no request has to do with another one. */
  public HttpCalls(Duration timeout, @Nullable Path headersFile, AddressGuard guard) {
    this(client(timeout), timeout, null, headersFile, guard, 0);
  }

  private HttpCalls(
      HttpClient client,
      Duration timeout,
      @Nullable Duration together,
      @Nullable Path headersFile,
      AddressGuard guard,
      long endNanos) {
    this.client = client;
    this.timeout = timeout;
    this.together = together;
    this.headersFile = headersFile;
    this.guard = guard;
    this.endNanos = endNanos;
  }

  private static long end(@Nullable Duration together) {
    return System.nanoTime() + (together == null ? 0 : together.toNanos());
  }

  private static HttpClient client(Duration timeout) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        // Before the whole time is over: without a connection it is sure that nothing was heard.
        .connectTimeout(timeout.dividedBy(2))
        .build();
  }

  /** The same with all their time before them. */
  public HttpCalls begin() {
    return begin(end(together));
  }

  /**
   * The same, but nothing is sent after some time.
   *
   * @param untilNanos of {@link System#nanoTime}
   */
  public HttpCalls begin(long untilNanos) {
    long end = end(together);
    return new HttpCalls(
        client, timeout, together, headersFile, guard, end - untilNanos < 0 ? end : untilNanos);
  }

  /**
   * Asks, and waits for the answer.
   *
   * @param body JSON; null to send none
   * @param further headers beside those of the file; they win
   * @param limit of the answer, in bytes
   * @throws NotSent if nothing reached the other side
   * @throws IOException if something may have, but no whole answer came
   */
  public Reply send(
      String method, URI uri, byte @Nullable [] body, Map<String, String> further, int limit)
      throws IOException {
    guard.check(uri);
    HttpRequest request = request(method, uri, body, further);
    long nanos = timeout.toNanos();
    if (together != null) {
      nanos = Math.min(nanos, endNanos - System.nanoTime());
    }
    if (nanos <= 0) {
      // Whoever was paused must not send now what another instance looks after by now.
      throw new NotSent("no time is left");
    }
    CompletableFuture<HttpResponse<byte[]>> coming =
        client.sendAsync(request, head -> new LimitedBody(limit));
    try {
      HttpResponse<byte[]> response = coming.get(nanos, TimeUnit.NANOSECONDS);
      return new Reply(response.statusCode(), response.headers(), response.body());
    } catch (TimeoutException e) {
      coming.cancel(true);
      throw new IOException("no answer within " + Duration.ofMillis(nanos / 1_000_000), e);
    } catch (InterruptedException e) {
      coming.cancel(true);
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the answer", e);
    } catch (ExecutionException e) {
      throw told(uri, e.getCause());
    }
  }

  private static IOException told(URI uri, @Nullable Throwable cause) {
    if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
      return new NotSent("no connection to " + uri.getAuthority(), cause);
    }
    String message = cause == null ? "" : Reply.oneLine(String.valueOf(cause.getMessage()));
    return new IOException("no answer: " + message, cause);
  }

  private HttpRequest request(
      String method, URI uri, byte @Nullable [] body, Map<String, String> further) throws NotSent {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    Map<String, String> headers = fromFile();
    headers.put("Accept", "application/json");
    // Of a command its own: of two that came of one request a scheduler may take the second for the
    // first come again.
    String command = MDC.get(RequestId.COMMAND);
    String requestId = command == null ? MDC.get(RequestId.NAME) : command;
    if (requestId != null) {
      headers.putIfAbsent(RequestId.HEADER, requestId);
    }
    if (body != null) {
      headers.put("Content-Type", "application/json");
    }
    headers.putAll(further);
    try {
      headers.forEach(request::setHeader);
    } catch (IllegalArgumentException e) {
      // Its message has the value in it, and that may be a secret.
      throw new NotSent("a header of " + headersFile + " cannot be sent");
    }
    return request
        .method(
            method,
            body == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofByteArray(body))
        .build();
  }

  private Map<String, String> fromFile() throws NotSent {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    if (headersFile == null) {
      return headers;
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(headersFile)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new NotSent(headersFile + " cannot be read", e);
    }
    properties.forEach((name, value) -> headers.put((String) name, ((String) value).strip()));
    return headers;
  }

  /** What a file holds, without the blanks around it: a secret, read each time it is needed. */
  public static String secret(Path file) throws NotSent {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new NotSent(file + " cannot be read", e);
    }
  }
}

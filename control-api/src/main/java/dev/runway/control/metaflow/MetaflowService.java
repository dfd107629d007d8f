package dev.runway.control.metaflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.control.options.ControlOptions;
import dev.runway.lineage.metaflow.FlowRun;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Metaflow's metadata service, over REST. It does not say how steps follow each other, nor what
 * starts a flow: that lies in the flows' own data store. When steps began and ended it says.
 *
 * <p>Answers are JSON whatever their Content-Type says. Newer services answer in pages when they
 * are asked for a number; older ones do not know the question and answer all, newest or not.
 */
final class MetaflowService {
  private static final Logger LOG = LoggerFactory.getLogger(MetaflowService.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int MAX_BYTES = 32 << 20;

  /** Some six kilobytes a task: those of a run with more than 1,300 are not looked at. */
  private static final int MAX_METADATA_BYTES = 8 << 20;

  private static final String USUAL_END = "end";

  /** Runs of a flow that are looked at: one of them may have come to its end. */
  private static final int RUNS = 20;

  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final ControlOptions.Metaflow options;
  private final Duration limit;

  /** What was asked for is not there; the service is. */
  static final class NotThere extends IOException {
    private static final long serialVersionUID = 1L;

    NotThere(String path) {
      super("there is no " + path);
    }
  }

  /** There is more than is taken. */
  private static final class TooMuch extends IOException {
    private static final long serialVersionUID = 1L;

    TooMuch(String path, int bytes) {
      super("%s answers more than %d bytes".formatted(path, bytes));
    }
  }

  /** A run, and when its steps were at work. */
  record TimedRun(FlowRun run, StepTimes times) {}

  MetaflowService(ControlOptions.Metaflow options) {
    this(options, LIMIT);
  }

  MetaflowService(ControlOptions.Metaflow options, Duration limit) {
    this.options = options;
    this.limit = limit;
  }

  /** Names of all flows. */
  List<String> flows() throws IOException, InterruptedException {
    List<String> flows = new ArrayList<>();
    for (JsonNode flow : get("/flows")) {
      flows.add(flow.path("flow_id").asText());
    }
    return flows;
  }

  /** The newest run of a flow that came to its end. */
  Optional<TimedRun> newestFinished(String flow) throws IOException, InterruptedException {
    List<JsonNode> runs = new ArrayList<>();
    get("/flows/" + encoded(flow) + "/runs?_limit=" + RUNS).forEach(runs::add);
    runs.sort((a, b) -> Long.compare(b.path("ts_epoch").asLong(), a.path("ts_epoch").asLong()));
    for (JsonNode run : runs.subList(0, Math.min(RUNS, runs.size()))) {
      // A number, or the text that it was registered with.
      String path = "/flows/" + encoded(flow) + "/runs/" + encoded(run.path("run_number").asText());
      Map<String, Long> begins = new LinkedHashMap<>();
      for (JsonNode step : get(path + "/steps")) {
        begins.put(step.path("step_name").asText(), step.path("ts_epoch").asLong());
      }
      if (begins.containsKey(USUAL_END) && finished(path)) {
        begins.remove("_parameters");
        Map<String, List<String>> steps = new LinkedHashMap<>();
        begins.keySet().forEach(step -> steps.put(step, List.of()));
        Set<String> tags = new LinkedHashSet<>();
        run.path("tags").forEach(tag -> tags.add(tag.asText()));
        FlowRun finished =
            new FlowRun(
                flow,
                run.path("run_number").asText(),
                run.path("user_name").asText(""),
                tags,
                steps,
                Set.of());
        return Optional.of(new TimedRun(finished, timesIfTold(path, begins)));
      }
    }
    return Optional.empty();
  }

  /** The service keeps no status: the last step tells of an attempt that went well. */
  private boolean finished(String run) throws IOException, InterruptedException {
    String tasks = run + "/steps/" + USUAL_END + "/tasks";
    for (JsonNode task : get(tasks)) {
      for (JsonNode said :
          get(tasks + "/" + encoded(task.path("task_id").asText()) + "/metadata")) {
        if (said.path("field_name").asText().equals("attempt_ok")
            && said.path("value").asText().equals("True")) {
          return true;
        }
      }
    }
    return false;
  }

  /** A run without its times is still worth having, so whatever keeps them away loses no more. */
  private StepTimes timesIfTold(String run, Map<String, Long> begins) throws InterruptedException {
    try {
      return times(run, begins);
    } catch (NotThere | TooMuch e) {
      return StepTimes.UNKNOWN;
    } catch (IOException e) {
      LOG.warn("{} tells no times of its steps: {}", run, e.getMessage());
      return StepTimes.UNKNOWN;
    }
  }

  /**
   * When steps were at work: a step is there once its first task begins, and a task says when it
   * has ended well. Nothing is known of a run that took steps over from another one, for it has
   * their times from when it copied them; nor where a service or a client is too old to tell.
   */
  private StepTimes times(String run, Map<String, Long> begins)
      throws IOException, InterruptedException {
    byte[] said = bytes(run + "/metadata", MAX_METADATA_BYTES);
    Map<String, Long> ends = new HashMap<>();
    try (MappingIterator<JsonNode> each = JSON.readerFor(JsonNode.class).readValues(said)) {
      while (each.hasNextValue()) {
        JsonNode one = each.nextValue();
        String field = one.path("field_name").asText();
        String value = one.path("value").asText();
        if (field.equals("origin-run-id") && !value.equals("None")) {
          return StepTimes.UNKNOWN;
        }
        if (field.equals("attempt_ok") && value.equals("True")) {
          ends.merge(one.path("step_name").asText(), one.path("ts_epoch").asLong(), Math::min);
        }
      }
    }
    if (!ends.keySet().containsAll(begins.keySet())) {
      return StepTimes.UNKNOWN;
    }
    Map<String, StepTimes.Span> spans = new LinkedHashMap<>();
    begins.forEach(
        (step, begin) ->
            spans.put(step, new StepTimes.Span(begin, ends.getOrDefault(step, begin))));
    return new StepTimes(spans);
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    JsonNode tree = JSON.readTree(bytes(path, MAX_BYTES));
    if (tree == null || !tree.isArray()) {
      throw new IOException(path + " answers no list");
    }
    return tree;
  }

  private byte[] bytes(String path, int most) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(options.url() + path)).timeout(limit).GET();
    String key = options.currentApiKey();
    if (key != null) {
      if (!key.chars().allMatch(c -> c > ' ' && c < 127)) {
        // The client's own message would have the key in it.
        throw new IOException("the file of the API key holds none that can be sent");
      }
      request.header("x-api-key", key);
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int status = wholly(request.build(), path, body, most);
    if (status == 404) {
      throw new NotThere(path);
    }
    if (status != 200) {
      throw new IOException("%s answers %d".formatted(path, status));
    }
    if (body.size() > most) {
      throw new TooMuch(path, most);
    }
    return body.toByteArray();
  }

  /** Waits for the whole answer: the client's own time limit ends with the head of it. */
  private int wholly(HttpRequest request, String path, ByteArrayOutputStream body, int most)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<Void>> coming =
        client.sendAsync(
            request,
            HttpResponse.BodyHandlers.ofByteArrayConsumer(
                part -> part.filter(any -> body.size() <= most).ifPresent(body::writeBytes)));
    try {
      return coming.get(limit.toMillis(), TimeUnit.MILLISECONDS).statusCode();
    } catch (TimeoutException e) {
      throw new IOException("%s has no whole answer within %s".formatted(path, limit), e);
    } catch (ExecutionException e) {
      throw new IOException("%s has no answer: %s".formatted(path, e.getCause()), e);
    } finally {
      coming.cancel(true);
    }
  }

  private static String encoded(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }
}

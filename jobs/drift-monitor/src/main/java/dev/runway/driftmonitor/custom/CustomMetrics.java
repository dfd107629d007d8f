package dev.runway.driftmonitor.custom;

import dev.runway.drift.custom.DriftMetric;
import dev.runway.drift.custom.FeatureWindow;
import dev.runway.drift.custom.FeatureWindows;
import dev.runway.drift.custom.Measure;
import dev.runway.drift.reading.DriftReport;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import dev.runway.driftmonitor.custom.GuardedMetric.Answer;
import dev.runway.flink.ModelDirectory;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Status;
import dev.runway.model.ModelDocument;
import dev.runway.model.SqlMetric;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures windows with metrics of users. Nothing a metric does stops the job: what it fails to say
 * is left out, counted as {@code failures} of its {@code custom-metric}, and logged once a minute.
 * {@code unusable-sql-metrics} counts windows without a SQL metric that was objected to.
 */
public final class CustomMetrics implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CustomMetrics.class);
  private static final long LOG_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final CustomSettings settings;
  private final LongSupplier nanoTime;
  private final @Nullable MetricJars jars;
  private final List<Counted> java = new ArrayList<>();
  private final SqlMetrics sql;
  private final Counter unusable;

  /** A Java metric with its counter. */
  private static final class Counted {
    private final GuardedMetric metric;
    private final Counter failures;
    private @Nullable Long loggedAt;

    Counted(GuardedMetric metric, Counter failures) {
      this.metric = metric;
      this.failures = failures;
    }
  }

  private CustomMetrics(
      CustomSettings settings,
      @Nullable MetricJars jars,
      List<DriftMetric> metrics,
      MetricGroup group,
      LongSupplier nanoTime) {
    this.settings = settings;
    this.jars = jars;
    this.nanoTime = nanoTime;
    this.sql = new SqlMetrics(settings.metrics());
    this.unusable = group.counter("unusable-sql-metrics");
    for (int i = 0; i < metrics.size(); i++) {
      String name = settings.metrics().get(i);
      java.add(
          new Counted(
              new GuardedMetric(name, metrics.get(i), settings.timeout(), nanoTime),
              group.addGroup("custom-metric", name).counter("failures")));
    }
  }

  /**
   * Loads the metrics that were asked for.
   *
   * @param parent the job's own class loader
   * @throws IOException if a jar cannot be read
   * @throws IllegalArgumentException if a metric is not found or two have one name
   */
  public static CustomMetrics open(CustomSettings settings, ClassLoader parent, MetricGroup group)
      throws IOException {
    return open(settings, parent, group, System::nanoTime);
  }

  static CustomMetrics open(
      CustomSettings settings, ClassLoader parent, MetricGroup group, LongSupplier nanoTime)
      throws IOException {
    if (settings.metrics().isEmpty()) {
      return new CustomMetrics(settings, null, List.of(), group, nanoTime);
    }
    MetricJars jars = MetricJars.open(settings.jars(), parent);
    try {
      List<DriftMetric> metrics = new MetricCatalogue(jars.loader()).require(settings.metrics());
      return new CustomMetrics(settings, jars, metrics, group, nanoTime);
    } catch (RuntimeException e) {
      jars.close();
      throw e;
    }
  }

  /**
   * Looks for the metrics where the job is submitted, so that a wrong name is told there. Jars that
   * only TaskManagers can read are left to them.
   *
   * @throws IllegalArgumentException if a metric is not found or two have one name
   */
  public static void check(CustomSettings settings, ClassLoader parent) {
    if (settings.metrics().isEmpty()) {
      return;
    }
    try (MetricJars jars = MetricJars.open(settings.jars(), parent)) {
      new MetricCatalogue(jars.loader()).require(settings.metrics());
    } catch (IOException e) {
      LOG.warn("runway.drift.metric-jars cannot be read here; TaskManagers must: {}", e.toString());
    }
  }

  /** What the job objects to in a model document. */
  public static ModelDirectory.Objection objection(CustomSettings settings) {
    return new SqlMetrics.Objection(settings.metrics());
  }

  /**
   * The reading of a window.
   *
   * @param builtIn the reading of the built-in metrics, whose window, status and baseline it shares
   * @param report of the tile against the baseline
   * @return null for a model without any metrics of its users
   */
  public @Nullable DriftReading read(
      @Nullable ModelDocument model,
      DriftReading builtIn,
      TileLayout baseline,
      Tile tile,
      DriftReport report)
      throws InterruptedException {
    List<SqlMetric> ofModel = model == null ? List.of() : model.driftMetrics();
    if (java.isEmpty() && ofModel.isEmpty()) {
      return null;
    }
    boolean enough = builtIn.status() == Status.EVALUATED;
    List<FeatureWindow> windows = enough ? FeatureWindows.of(baseline, tile, report) : List.of();
    CustomReport custom = new CustomReport(windows, settings.topFeatures());
    if (enough) {
      for (Counted metric : java) {
        measure(metric, windows, custom);
      }
      for (SqlMetric metric : ofModel) {
        measure(metric, windows, custom);
      }
    }
    return custom.reading(builtIn);
  }

  private void measure(Counted counted, List<FeatureWindow> windows, CustomReport custom)
      throws InterruptedException {
    List<Answer> answers = counted.metric.measure(windows);
    for (int i = 0; i < answers.size(); i++) {
      Measure measure = answers.get(i).measure();
      String failure = answers.get(i).failure();
      if (measure != null) {
        custom.add(i, counted.metric.name(), CustomReport.JAVA, measure);
      } else if (failure != null) {
        counted.failures.inc();
        log(counted, windows.get(i), failure);
      }
    }
  }

  private void log(Counted counted, FeatureWindow window, String failure) {
    long now = nanoTime.getAsLong();
    Long before = counted.loggedAt;
    if (before == null || now - before >= LOG_EVERY_NANOS) {
      counted.loggedAt = now;
      LOG.warn(
          "Metric {} of feature {} of model {} {}: {}. Such failures are counted and logged once a"
              + " minute.",
          counted.metric.name(),
          window.feature(),
          window.modelId(),
          window.modelVersion(),
          failure);
    }
  }

  private void measure(SqlMetric metric, List<FeatureWindow> windows, CustomReport custom) {
    SqlExpression expression = sql.of(metric);
    if (expression == null) {
      unusable.inc();
      return;
    }
    for (int i = 0; i < windows.size(); i++) {
      if (metric.isOf(windows.get(i).feature())) {
        double value = expression.of(windows.get(i));
        if (!Double.isNaN(value)) {
          custom.add(
              i, metric.name(), CustomReport.SQL, new Measure(value, null, metric.threshold()));
        }
      }
    }
  }

  @Override
  public void close() {
    for (Counted counted : java) {
      counted.metric.close();
    }
    if (jars != null) {
      jars.close();
    }
  }
}

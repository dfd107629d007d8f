package dev.runway.control.alerts;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where a person reads on.
 *
 * @param template with {@code {model_id}} in it; null when nobody said
 */
record Link(@Nullable String template) {
  /** Of an alert; null when there is none. */
  @Nullable String of(Alert alert) {
    if (template == null) {
      return null;
    }
    String modelId = alert.modelId() == null ? "" : alert.modelId();
    return template.replace(
        "{model_id}", URLEncoder.encode(modelId, StandardCharsets.UTF_8).replace("+", "%20"));
  }
}

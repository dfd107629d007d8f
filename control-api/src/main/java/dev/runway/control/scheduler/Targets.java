package dev.runway.control.scheduler;

import org.jspecify.annotations.Nullable;

/**
 * What is started for an order: a workflow, a DAG, an event.
 *
 * @param retrain its name, in which {@code {model_id}} stands for the model
 * @param rollback the same for bringing a version back; null when that cannot be asked for
 */
record Targets(String retrain, @Nullable String rollback) {
  /** Its name for an order; null when none is configured. */
  @Nullable String of(Order order) {
    if (order.handedInTo() != null) {
      return order.handedInTo();
    }
    String template = order.action() == Order.Action.ROLLBACK ? rollback : retrain;
    return template == null ? null : template.replace("{model_id}", order.modelId());
  }

  Submission refusal(Order order) {
    return new Submission.Refused("nothing is configured for " + order.action());
  }
}

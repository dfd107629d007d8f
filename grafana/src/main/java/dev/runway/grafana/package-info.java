/** Dashboards as code: what they show and ask, and the JSON that Grafana loads. */
@NullMarked
package dev.runway.grafana;

import org.jspecify.annotations.NullMarked;

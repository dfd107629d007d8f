/** Alerts: what is wrong, since when, and who is told of it where. */
@NullMarked
package dev.runway.control.alerts;

import org.jspecify.annotations.NullMarked;

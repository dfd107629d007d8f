@NullMarked
package dev.runway.driftmonitor.provisional;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.runway.driftmonitor.custom;

import org.jspecify.annotations.NullMarked;

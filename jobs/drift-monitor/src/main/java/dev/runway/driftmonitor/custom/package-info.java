/** Drift metrics of users: Java from jars, SQL from model documents, and their readings. */
@NullMarked
package dev.runway.driftmonitor.custom;

import org.jspecify.annotations.NullMarked;

/**
 * What models have to do with each other: whose drift it is, in which order, and when it is a
 * storm.
 */
@NullMarked
package dev.runway.retraintrigger.cascade;

import org.jspecify.annotations.NullMarked;

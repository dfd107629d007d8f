@NullMarked
package dev.runway.policy;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.runway.retraintrigger.decision;

import org.jspecify.annotations.NullMarked;

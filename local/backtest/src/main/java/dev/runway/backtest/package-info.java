/** What would be: other policies over what has been measured, and a release upstream. */
@org.jspecify.annotations.NullMarked
package dev.runway.backtest;

package dev.runway.demo.sample;

import java.time.LocalDate;
import java.util.List;

/**
 * One day of weather in Seattle or New York, 2012 to 2015, in order of date.
 *
 * @param precipitationMillimetres rain and molten snow of the day
 * @param tempMax degrees Celsius
 * @param tempMin degrees Celsius
 * @param wind mean speed, metres per second
 * @param weather drizzle, rain, snow, fog or sun
 */
public record WeatherDay(
    LocalDate date,
    String location,
    double precipitationMillimetres,
    double tempMax,
    double tempMin,
    double wind,
    String weather) {

  private static final String HEADER =
      "date,location,precipitation_mm,temp_max,temp_min,wind,weather";

  /** All days of the sample. */
  public static List<WeatherDay> all() {
    return SampleFile.read(
        "weather.csv.gz",
        HEADER,
        row ->
            new WeatherDay(
                LocalDate.parse(row[0]),
                row[1],
                Double.parseDouble(row[2]),
                Double.parseDouble(row[3]),
                Double.parseDouble(row[4]),
                Double.parseDouble(row[5]),
                row[6]));
  }

  /** Whether anything fell. */
  public boolean wet() {
    return precipitationMillimetres > 0;
  }
}

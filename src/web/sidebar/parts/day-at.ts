/** So many days after a moment, at this full hour of the device's clock. */
export function dayAt(moment: number, days: number, hour: number): Date {
  const day = new Date(moment);
  day.setDate(day.getDate() + days);
  day.setHours(hour, 0, 0, 0);
  return day;
}

/** What a guest gets back who cancels: `percent` until `until`, an RFC 3339 time. In order; after the last, nothing. */
interface RefundTerm {
  until: string;
  percent: number;
}

type Policy = keyof typeof policies;

/** Each policy as days before check-in, and what is paid back until then. */
const policies = {
  flexible: [{ days: 1, percent: 100 }],
  moderate: [
    { days: 5, percent: 100 },
    { days: 1, percent: 50 },
  ],
  strict: [
    { days: 14, percent: 100 },
    { days: 7, percent: 50 },
  ],
} as const;

const dayMs = 86_400_000;

/** The terms of a booking, fixed when it is made; undefined: there is no such policy. */
export function refundTerms(policy: string, checkIn: Date): RefundTerm[] | undefined {
  if (!Object.hasOwn(policies, policy)) return undefined;
  return policies[policy as Policy].map(({ days, percent }) => ({
    until: new Date(checkIn.getTime() - days * dayMs).toISOString(),
    percent,
  }));
}

/** The nights of a stay, each as the date of its evening: "2026-07-01". */
export function nightsOf(checkIn: Date, checkOut: Date): string[] {
  const nights: string[] = [];
  for (let ms = checkIn.getTime(); ms < checkOut.getTime(); ms += dayMs)
    nights.push(new Date(ms).toISOString().slice(0, 10));
  return nights;
}

/** The code with which a verb is refused, such as "PAST_PIVOT"; "none" where it is not. */
export async function refusalOf(verb: Promise<unknown>): Promise<string> {
  try {
    await verb;
    return "none";
  } catch (error) {
    return (error as { code?: string }).code ?? "UNKNOWN";
  }
}

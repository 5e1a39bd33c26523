package io.backstitch.shop;

import io.backstitch.shop.conformance.ConformanceService;

/** The participant that the conformance kit is run against. */
public final class ConformanceMain {
  private ConformanceMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    Program.run(new ConformanceService(), arguments);
  }
}

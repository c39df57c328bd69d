"""The staff fund: products, queue with points, guarantors, repayment through payroll."""

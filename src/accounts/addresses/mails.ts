import type { Mail } from '../../mail/mailer.js';

export function codeMail(to: string, code: string): Mail {
  return {
    to,
    subject: '[마당] 이메일 확인 코드 / Confirmation code',
    text: `확인 코드: ${code}\n30분 안에 입력해 주세요. 요청한 적이 없다면 이 메일을 무시하세요.\n\nYour confirmation code is ${code}. It is good for 30 minutes. If you did not ask for it, ignore this mail.`,
  };
}

export function addressTakenMail(to: string): Mail {
  return {
    to,
    subject: '[마당] 이미 사용 중인 이메일입니다 / Address already in use',
    text: '이 주소로 다른 계정에서 확인을 요청했지만, 이미 확인된 주소입니다. 본인이라면 기존 계정으로 로그인하세요.\n\nSomebody asked to confirm this address for another account, but it is already in use. If it was you, log in with your other account.',
  };
}

export function resetMail(to: string, token: string): Mail {
  return {
    to,
    subject: '[마당] 비밀번호 재설정 / Password reset',
    text: `아래 코드를 앱에 붙여 넣고 새 비밀번호를 정하세요. 1시간 동안 쓸 수 있습니다.\n\n${token}\n\n요청한 적이 없다면 이 메일을 무시하세요.\n\nPaste the code above into the app and choose a new password. It is good for one hour. If you did not ask for it, ignore this mail.`,
  };
}
